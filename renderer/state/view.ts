/** Where in the app the user is, and how the studio is laid out. Layout survives a restart. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ReturnPage } from '../../shared/return-page.ts';

export type Place = 'studio' | 'wallet' | 'buy' | 'plans' | 'usage' | 'history' | 'invoices' | 'reports' | 'settings';

interface ViewState {
  readonly place: Place;
  /** Why the user came to Buy more, so that it can lead back. */
  readonly cameFrom: Place | null;
}

export const useView = create<ViewState>(() => ({ place: 'studio', cameFrom: null }));
export const goTo = (place: Place): void => useView.setState((state) => (state.place === place ? state : { place, cameFrom: state.place }));

/** A payment page leads back to the page that one left. */
export const comeBackTo = (page: ReturnPage): void => goTo(page);

export type SectionName = 'background' | 'placement' | 'shadow' | 'logo' | 'brush' | 'export' | 'process';

interface LayoutState {
  readonly gallery: 'grid' | 'strip';
  readonly galleryWidth: number;
  readonly thumbnail: number;
  readonly panelShown: boolean;
  readonly open: Readonly<Record<SectionName, boolean>>;
}

export const useLayout = create<LayoutState>()(
  persist(
    (): LayoutState => ({
      gallery: 'grid',
      galleryWidth: 280,
      thumbnail: 112,
      panelShown: true,
      open: { background: true, placement: true, shadow: false, logo: true, brush: false, export: false, process: false },
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

export function setOpen(section: SectionName, open: boolean): void {
  useLayout.setState((state) => ({ open: { ...state.open, [section]: open } }));
}
