// The first thing anybody sees: one field for the token, and where a token is to be found.

import { h, replace } from '../core/dom.js';
import { addTexts, phrase, t } from '../core/text.js';
import { go } from '../core/router.js';
import { signIn } from '../core/session.js';
import { codeBox } from '../part/code.js';
import { makeField } from '../part/field.js';
import { mishap } from '../part/mishap.js';
import texts from '../text/sign-in.js';

addTexts(texts);

/** Whoever starts the service as the README says finds the token here. */
const SHOW_TOKEN = 'cat smart-customer-data/admin-token';

/** @type {import('../core/router.js').Screen} */
export default async function signInScreen(_params, main) {
  const token = makeField({
    label: t('sign-in.token'),
    attributes: { type: 'password', autocomplete: 'current-password', autocapitalize: 'off', placeholder: 'sc_…', class: 'mono' },
  });
  const submit = h('button', { type: 'submit', class: 'button primary' }, t('sign-in.submit'));
  const outcome = h('div');
  const form = h('form', { class: 'card', onsubmit: (event) => send(event, { token, submit, outcome }) },
    token.node, showTick(token.input), h('div', { class: 'row' }, submit), outcome);
  main.append(h('div', { class: 'narrow' },
    h('h1', null, t('sign-in.title')), h('p', { class: 'lead' }, t('sign-in.lead')), form, whereItIs()));
  token.input.focus();
}

function showTick(input) {
  const show = (event) => { input.type = event.target.checked ? 'text' : 'password'; };
  return h('label', { class: 'tick' }, h('input', { type: 'checkbox', onchange: show }), t('sign-in.show'));
}

function whereItIs() {
  return h('section', { class: 'card' },
    h('h2', null, t('sign-in.where')),
    h('p', null, phrase('sign-in.where-first', { file: h('code', null, 'admin-token') })),
    codeBox(SHOW_TOKEN, t('sign-in.command')),
    h('p', null, t('sign-in.where-other')));
}

async function send(event, { token, submit, outcome }) {
  event.preventDefault();
  const secret = token.input.value.trim();
  replace(outcome);
  if (!secret) {
    token.say([{ code: 'missing', message: t('sign-in.empty') }], []);
    token.input.focus();
    return;
  }
  token.say([], []);
  submit.disabled = true;
  submit.textContent = t('sign-in.busy');
  try {
    await signIn(secret);
    go('#/');
  } catch (error) {
    replace(outcome, mishap(error));
    token.input.focus();
  } finally {
    submit.disabled = false;
    submit.textContent = t('sign-in.submit');
  }
}
