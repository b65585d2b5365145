import { ClipboardPaste, Copy, Ellipsis } from 'lucide-react';
import { isBrushStroke } from '../../shared/edit/recipe.ts';
import { copySettings, edit, giveSettings, pasteSettings, saveNow, useActiveRecipe, useEditing, useMixed } from '../state/editing.ts';
import { freshRecipe, withSettingsOf } from '../state/recipes.ts';
import { useSelection } from '../state/selection.ts';
import { IconButton } from '../ui/controls/Button.tsx';
import { Menu } from '../ui/controls/Menu.tsx';
import { Problem } from '../ui/feedback/Feedback.tsx';
import { BackgroundSection } from './panel/BackgroundSection.tsx';
import { BrushSection } from './panel/BrushSection.tsx';
import styles from './panel/EditPanel.module.css';
import { ExportSection } from './panel/ExportSection.tsx';
import { GlassSection } from './panel/GlassSection.tsx';
import { GroundSection } from './panel/GroundSection.tsx';
import { LogoSection } from './panel/LogoSection.tsx';
import { PlacementSection } from './panel/PlacementSection.tsx';
import { ShadowSection } from './panel/ShadowSection.tsx';
import { ProcessSection } from './process/ProcessSection.tsx';

/**
 * Everything that a recipe holds. A control changes its own setting on the whole selection, and says where the photos differ. Each
 * section draws only when its own part changes.
 */
export function EditPanel() {
  const recipe = useActiveRecipe();
  const selected = useSelection((state) => state.ids.size);
  const mixed = useMixed();
  const clipboard = useEditing((state) => state.clipboard);
  const problem = useEditing((state) => state.problem);
  if (recipe === null) return <aside className={styles.panel} aria-label="Settings of the photo" />;
  // Without a background there is nothing to place: the sections show their values and take no changes.
  const off = recipe.background === null && !mixed.has('background');
  const clear = recipe.background?.kind === 'transparent' && !mixed.has('background');
  return (
    <aside className={styles.panel} aria-label="Settings of the photo">
      <header className={styles.head}>
        <h2 className={styles.title}>{selected > 1 ? `Settings for ${selected} photos` : 'Settings'}</h2>
        <IconButton
          size="small"
          label="Copy settings"
          shortcut="Ctrl Shift C"
          icon={<Copy size={14} strokeWidth={1.75} />}
          onClick={copySettings}
        />
        <IconButton
          size="small"
          label="Paste settings"
          shortcut="Ctrl Shift V"
          icon={<ClipboardPaste size={14} strokeWidth={1.75} />}
          disabled={clipboard === null}
          onClick={pasteSettings}
        />
        <Menu
          trigger={<IconButton size="small" label="More" icon={<Ellipsis size={14} strokeWidth={1.75} />} />}
          items={[
            { label: `Give these settings to all ${selected} photos`, disabled: selected < 2, onSelect: giveSettings },
            {
              label: 'Reset all settings',
              separated: true,
              onSelect: () => edit((current) => withSettingsOf(current, freshRecipe())),
            },
          ]}
        />
      </header>
      <div className={styles.sections}>
        {problem !== null && <Problem problem={problem} onRetry={() => void saveNow()} />}
        <BackgroundSection background={recipe.background} mixed={mixed} />
        <PlacementSection placement={recipe.placement} mixed={mixed} off={off} />
        <ShadowSection shadow={recipe.shadow} mixed={mixed} off={off} />
        <LogoSection logo={recipe.logo} mixed={mixed} barred={off ? 'no background' : clear ? 'transparent' : null} />
        <BrushSection strokes={recipe.strokes.filter(isBrushStroke).length} off={recipe.background === null} />
        <GlassSection
          strokes={recipe.strokes}
          tint={recipe.glassTint}
          neutral={recipe.neutralGlass === true}
          mixed={mixed}
          off={recipe.background === null}
        />
        <GroundSection strokes={recipe.strokes} off={recipe.background === null} />
        <ExportSection settings={recipe.export} mixed={mixed} clear={clear} />
        <ProcessSection />
      </div>
    </aside>
  );
}
