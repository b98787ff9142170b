// Starts the console: the frame, the routes, and who may see which of them.

import { addTexts, onLanguage, t } from './core/text.js';
import { can, isInScope, lastCompany, onSession, rememberCompany, resume, session } from './core/session.js';
import { companyHash, go, refresh, start } from './core/router.js';
import { makeFrame, renderFrame } from './part/frame.js';
import { showMishap } from './part/mishap.js';
import { startShortcuts } from './part/shortcut.js';
import { toast } from './part/toast.js';
import texts from './text/app.js';

addTexts(texts);

const COMPANY = '/{product}/{version}/{company}';

/** @type {import('./core/router.js').Route[]} */
const ROUTES = [
  { path: '/sign-in', load: () => import('./screen/sign-in.js') },
  { path: '/companies', load: () => import('./screen/companies.js') },
  { path: '/admin', load: needing('admin', () => import('./screen/admin.js')) },
  { path: `${COMPANY}/customers`, load: needing('read', () => import('./screen/customers.js')) },
  { path: `${COMPANY}/customers/new`, load: needing('write', () => import('./screen/customer-form.js')) },
  { path: `${COMPANY}/customers/{id}`, load: needing('read', () => import('./screen/customer.js')) },
  { path: `${COMPANY}/customers/{id}/edit`, load: needing('write', () => import('./screen/customer-form.js')) },
  { path: `${COMPANY}/ask`, load: needing('read', () => import('./screen/ask.js')) },
  { path: `${COMPANY}/insights`, load: needing('read', () => import('./screen/insights.js')) },
  { path: `${COMPANY}/transfer`, load: () => import('./screen/transfer.js') },
];

/** Where somebody wanted to go who had to sign in first. */
let wanted = null;

/** Shows what the token lacks instead of a screen that could only fail. */
function needing(permission, load) {
  return async () => {
    if (can(permission)) return load();
    const { notAllowed } = await import('./screen/not-allowed.js');
    return { default: notAllowed(permission) };
  };
}

/** Leads elsewhere whoever cannot be where the address says. */
function guard(route, params) {
  const isSignIn = route?.path === '/sign-in';
  if (!session()) {
    if (isSignIn) return null;
    wanted = route && location.hash;
    return '#/sign-in';
  }
  if (isSignIn || !route) return takeWanted() ?? home();
  return params.company && !isInScope(params) ? '#/companies' : null;
}

function enter(route, params) {
  if (params.company) rememberCompany(params);
  renderFrame(params.company ? params : lastCompany());
}

function takeWanted() {
  const hash = wanted;
  wanted = null;
  return hash;
}

/** The customers of the last company; where there is none, the choice of one. */
function home() {
  const { companies, more } = session();
  const last = lastCompany();
  const only = companies.length === 1 && !more ? companies[0] : null;
  const company = last && isInScope(last) ? last : only;
  return company && can('read') ? companyHash(company, 'customers') : '#/companies';
}

async function begin(main) {
  try {
    await resume();
  } catch (error) {
    // A service that is away is no reason to forget the token: one can try again.
    if (error.status !== 401) return showMishap(error, main, () => begin(main));
    toast(t('app.refused'));
  }
  start(ROUTES, { main, guard, onEnter: enter, onError: showMishap });
}

onSession((why) => {
  if (why === 'refused') toast(t('app.refused'));
  if (why) go('#/sign-in');
});
onLanguage(refresh);
startShortcuts();
begin(makeFrame());
