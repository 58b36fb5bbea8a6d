// eslint-disable-next-line parley/layers -- empty in a build; in development it does what the plugin's inline script may not under our content policy
import '@vitejs/plugin-react/preamble';
import './contentPolicy.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { useDraft } from './draftStore.ts';
import { SessionContext } from './session.ts';
import { hasAgreedToFallback, startSession } from './startSession.ts';
import { keepOffline } from './shell/offlineStore.ts';
import { showTheme, useTheme } from './theme.ts';

showTheme(useTheme.getState().theme);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');

useDraft.getState().followLink(location.hash); // first: the engine loads the model that the link asks for
const session = startSession();
session.prepare(hasAgreedToFallback());

createRoot(root).render(
  <StrictMode>
    <SessionContext value={session}>
      <App />
    </SessionContext>
  </StrictMode>,
);

if (import.meta.env.PROD) void keepOffline(); // the development server's files change all the time
