import { createRoot } from 'react-dom/client';
import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import { App } from './frame/App.tsx';
import { startStores } from './state/start.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
startStores();
createRoot(root).render(<App />);
