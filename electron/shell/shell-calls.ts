/** The calls that only the shell can answer: settings, facts about the app, and external pages by name. */
import { fail, ok } from '../../shared/result.ts';
import { isServerAddress, notAServer } from '../../shared/server-address.ts';
import { type Customer, supportLink } from '../../shared/support.ts';
import type { Handlers } from '../dispatch.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { Desktop } from '../studio/desktop.ts';
import type { ModelCall, ShellCall } from '../studio/port.ts';
import { links } from './origins.ts';
import type { SetAside } from './set-aside.ts';

/** What the page of settings tells about the app. */
export interface AppFacts {
  readonly version: string;
  readonly electron: string;
  readonly dataFolder: string;
  readonly platform: string;
  /** The file with the licences of everything that is inside. */
  readonly licencesFile: string;
}

/** @param customer whom support hears from, as far as the wallet on this machine knows; null: nobody yet */
export function shellCalls(
  settings: SettingsStore,
  setAside: SetAside,
  desktop: Desktop,
  facts: AppFacts,
  customer: () => Promise<Customer | null>,
): Pick<Handlers, Exclude<ShellCall, ModelCall>> {
  return {
    'settings.get': () => ok(settings.get()),
    'settings.set': (change) => {
      const server = change.serverUrl;
      if (typeof server === 'string' && !isServerAddress(server)) {
        return fail({
          code: 'invalid_server',
          message: `${notAServer(server)} Nothing was changed.`,
        });
      }
      return ok(settings.set(change));
    },
    async 'settings.chooseOutputFolder'() {
      const folder = await desktop.chooseFolder('Choose where finished pictures go', settings.get().outputFolder);
      return ok(folder === null ? settings.get() : settings.set({ outputFolder: folder }));
    },
    'app.info': () => ok({ version: facts.version, electron: facts.electron, dataFolder: facts.dataFolder, platform: facts.platform }),
    'app.notices': () => ok(setAside.list()),
    'app.dismissNotice': ({ id }) => ok(setAside.dismiss(id)),
    'app.showNotice'({ id }) {
      const path = setAside.locate(id);
      if (path !== null) desktop.showInFolder(path);
      return ok(undefined);
    },
    async 'app.askAboutNotice'({ id }) {
      const notice = setAside.list().find((each) => each.id === id);
      if (notice !== undefined) await desktop.openAddress(supportLink(await customer(), notice.message).link);
      return ok(undefined);
    },
    async 'app.openLink'({ link }) {
      if (link === 'licences') {
        const problem = await desktop.openFile(facts.licencesFile);
        return problem === null
          ? ok(undefined)
          : {
              ok: false,
              error: { code: 'cannot_open', message: `The licences could not be shown: ${problem}.`, file: facts.licencesFile },
            };
      }
      await desktop.openAddress(link === 'support' ? supportLink(await customer()).link : links[link]);
      return ok(undefined);
    },
  };
}
