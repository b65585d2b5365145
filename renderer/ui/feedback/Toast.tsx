import { Toaster, toast } from 'sonner';
import 'sonner/dist/styles.css';
import styles from './Toast.module.css';

/** Says that something went well. What needs an action stays where the action is. */
export const say = (message: string, action?: { label: string; onClick: () => void }): void => {
  toast(message, action === undefined ? {} : { action });
};

/** Where `say` shows its messages. */
export const Toasts = ({ theme }: { theme: 'dark' | 'light' }) => (
  <Toaster
    theme={theme}
    position="bottom-center"
    offset={76}
    gap={8}
    visibleToasts={3}
    toastOptions={{
      unstyled: true,
      duration: 4000,
      classNames: { toast: styles.toast ?? '', title: styles.title ?? '', actionButton: styles.action ?? '' },
    }}
  />
);
