/** Where in the app the user is, and how the studio is laid out. Layout survives a restart. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ReturnPage } from '../../shared/return-page.ts';

/** A page of the app. */
export type Place = 'studio' | 'wallet' | 'buy' | 'plans' | 'usage' | 'history' | 'invoices' | 'reports' | 'settings';

interface ViewState {
  readonly place: Place;
  /** Why the user came to Buy more, so that it can lead back. */
  readonly cameFrom: Place | null;
}

/** Which page is shown; `cameFrom`: the one before. */
export const useView = create<ViewState>(() => ({ place: 'studio', cameFrom: null }));
/** Shows a page; what was shown before is where Back leads. */
export const goTo = (place: Place): void => useView.setState((state) => (state.place === place ? state : { place, cameFrom: state.place }));

/** A payment page leads back to the page that one left. */
export const comeBackTo = (page: ReturnPage): void => goTo(page);

/** A section of the edit panel. */
type SectionName = 'background' | 'placement' | 'shadow' | 'logo' | 'brush' | 'glass' | 'ground' | 'export' | 'process';

interface LayoutState {
  readonly gallery: 'grid' | 'strip';
  readonly galleryWidth: number;
  readonly thumbnail: number;
  readonly panelShown: boolean;
  readonly open: Readonly<Record<SectionName, boolean>>;
}

/** Which sections are open, kept between starts. */
export const useLayout = create<LayoutState>()(
  persist(
    (): LayoutState => ({
      gallery: 'grid',
      galleryWidth: 280,
      thumbnail: 112,
      panelShown: true,
      open: {
        background: true,
        placement: true,
        shadow: false,
        logo: true,
        brush: false,
        glass: false,
        ground: false,
        export: false,
        process: false,
      },
    }),
    {
      name: 'backlot.layout',
      version: 1,
      // What was kept by an earlier version does not know every section.
      merge(kept, fresh) {
        const known = kept as Partial<LayoutState> | undefined; // written by this store
        return { ...fresh, ...known, open: { ...fresh.open, ...known?.open } };
      },
    },
  ),
);

/** Opens or closes a section of the panel. */
export function setOpen(section: SectionName, open: boolean): void {
  useLayout.setState((state) => ({ open: { ...state.open, [section]: open } }));
}
