// One box for a sentence in plain language. What was understood is shown with how sure that is, and
// what it asks for is prepared; it is a person who then does it, never this screen by itself.

import { h, replace } from '../core/dom.js';
import { addTexts, t } from '../core/text.js';
import { companyPath, request } from '../core/service.js';
import { answerView } from '../ask/answer.js';
import { mishap } from '../part/mishap.js';
import customerTexts from '../text/customer.js';
import texts from '../text/ask.js';

addTexts(customerTexts);
addTexts(texts);

const MOST_CHARACTERS = 2000;

const EXAMPLES = {
  en: [
    'register John Smith, john.smith@example.com, VAT IT12345678903',
    'show me the freelancers in Germany',
    'change the email of Giulia Bianchi to giulia@example.com',
    'how many customers did we lose last month?',
  ],
  it: [
    'aggiungi Anna Verdi, anna.verdi@example.com, partita IVA IT12345678903',
    'elenca gli enti pubblici italiani',
    'elimina il cliente Luca Moretti',
    'quanti clienti avremo il mese prossimo?',
  ],
};

/** @type {import('../core/router.js').Screen} */
export default async function askScreen(params, main, signal) {
  const box = h('textarea', { id: 'sentence', rows: 2, maxlength: MOST_CHARACTERS, placeholder: t('ask.hint'), 'aria-describedby': 'ask-promise' });
  const submit = h('button', { type: 'submit', class: 'button primary' }, t('ask.submit'));
  const answer = h('div', { class: 'stack' });
  let asking = new AbortController();

  async function ask() {
    const text = box.value.trim();
    if (!text) return box.focus();
    asking.abort();
    asking = new AbortController();
    const mine = AbortSignal.any([signal, asking.signal]);
    answer.setAttribute('aria-busy', 'true');
    try {
      const { body } = await request('POST', companyPath(params, 'intent'), { body: { text }, signal: mine });
      replace(answer, answerView(params, body, mine));
      answer.querySelector('h2').focus();
    } catch (error) {
      if (!mine.aborted) replace(answer, mishap(error, ask));
    } finally {
      answer.removeAttribute('aria-busy');
    }
  }

  const form = h('form', { class: 'card', onsubmit: (event) => { event.preventDefault(); ask(); } },
    h('div', { class: 'field' }, h('label', { for: 'sentence' }, t('ask.box')), box),
    h('div', { class: 'row' }, submit, h('p', { id: 'ask-promise', class: 'note' }, t('ask.promise'))));
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask();
  });
  const take = (text) => { box.value = text; ask(); };
  main.append(h('h1', null, t('ask.title')), form, answer, examples(take));
  box.focus();
}

function examples(take) {
  const groups = Object.entries(EXAMPLES).map(([code, list]) => h('div', { lang: code },
    h('h3', null, { en: 'In English', it: 'In italiano' }[code]),
    h('ul', { class: 'plain' }, list.map((text) => h('li', null,
      h('button', { type: 'button', class: 'button example', onclick: () => take(text) }, text))))));
  return h('section', { class: 'card', 'aria-label': t('ask.examples') },
    h('h2', null, t('ask.examples')), h('div', { class: 'fields two' }, groups));
}
