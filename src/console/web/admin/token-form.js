// The form for a new token. What is left empty is no limit; what the service says of a field is
// said beside it.

import { h, uniqueId } from '../core/dom.js';
import { request } from '../core/service.js';
import { session } from '../core/session.js';
import { hasText, t } from '../core/text.js';
import { makeField } from '../part/field.js';
import { icon } from '../part/icon.js';
import { mishap } from '../part/mishap.js';

const ALL = '*';
const PERMISSIONS = ['read', 'write', 'admin'];

/** The fields as they follow each other. */
const ORDER = ['name', 'product', 'company', 'permissions', 'expires-at', 'requests-per-second'];

/**
 * @param {(token: object) => void} onMade
 * @param {() => void} onCancel
 * @returns {{node: HTMLElement, focus: () => void}}
 */
export function tokenForm(onMade, onCancel) {
  const { companies } = session();
  const fields = {
    name: makeField({ label: t('admin.field-name'), hint: t('admin.hint-name'), attributes: { required: true, maxlength: 100 } }),
    product: makeField({ label: t('admin.field-product'), hint: t('admin.hint-all'), attributes: { maxlength: 64 } }),
    company: makeField({ label: t('admin.field-company'), hint: t('admin.hint-all'), attributes: { maxlength: 64 } }),
    'expires-at': makeField({ label: t('admin.field-expires'), hint: t('admin.hint-expires'), attributes: { type: 'date', min: localDay() } }),
    'requests-per-second': makeField({ label: t('admin.field-limit'), hint: t('admin.hint-limit'), attributes: { type: 'number', min: 1, max: 1000000, step: 1, inputmode: 'numeric' } }),
  };
  const lists = ['product', 'company'].map((name) => known(fields[name].input, companies.map((company) => company[name])));
  const permissions = permissionChoice();
  const trouble = h('div', null);
  const save = h('button', { type: 'submit', class: 'button primary' }, t('admin.create'));
  const node = h('form', { class: 'token-form', novalidate: true, onsubmit: submit, 'aria-label': t('admin.new-token') },
    h('h3', { class: 'wide' }, t('admin.new-token')),
    h('div', { class: 'wide' }, fields.name.node),
    fields.product.node, fields.company.node,
    h('div', { class: 'wide' }, permissions.node),
    fields['expires-at'].node, fields['requests-per-second'].node,
    lists, h('div', { class: 'wide' }, trouble),
    h('div', { class: 'row wide' }, save, h('button', { type: 'button', class: 'button', onclick: onCancel }, t('app.cancel'))));

  async function submit(event) {
    event.preventDefault();
    trouble.replaceChildren();
    const body = wanted(fields, permissions);
    if (!tell(own(fields, body))) return;
    save.disabled = true;
    try {
      onMade((await request('POST', 'admin/token', { body })).body);
    } catch (error) {
      // What belongs to no field is told above the buttons.
      if (!error.errors?.length || tell(error.errors)) trouble.replaceChildren(mishap(error));
    } finally {
      save.disabled = false;
    }
  }

  /** Says faults beside their fields and goes to the first; whether there is none to go to. */
  function tell(faults) {
    const of = (name) => faults.filter((fault) => fault.field === name).map(inWords);
    for (const [name, field] of Object.entries(fields)) field.say(of(name), []);
    permissions.say(of('permissions'));
    const first = ORDER.find((name) => of(name).length > 0);
    (fields[first]?.input ?? (first && permissions.first))?.focus();
    return !first;
  }

  return { node, focus: () => fields.name.input.focus() };
}

/** What the form asks for. */
function wanted(fields, permissions) {
  const value = (name) => fields[name].input.value.trim();
  const [expires, limit] = [value('expires-at'), value('requests-per-second')];
  return {
    name: value('name'),
    product: value('product') || ALL,
    company: value('company') || ALL,
    permissions: permissions.chosen(),
    // To the end of the day where one is.
    'expires-at': expires ? new Date(`${expires}T23:59:59`).toISOString() : null,
    'requests-per-second': limit ? Number(limit) : null,
  };
}

/** What is seen to be wrong without asking. */
function own(fields, { name, permissions }) {
  const faults = [];
  if (!name) faults.push({ field: 'name', code: 'blank' });
  if (permissions.length === 0) faults.push({ field: 'permissions', code: 'invalid-permissions' });
  // What is half typed has no value: the field itself has to be asked.
  if (fields['expires-at'].input.validity.badInput) faults.push({ field: 'expires-at', code: 'invalid-time' });
  if (fields['requests-per-second'].input.validity.badInput) faults.push({ field: 'requests-per-second', code: 'invalid-number' });
  return faults;
}

function inWords({ field, code, message }) {
  const key = [`admin.fault-${field}-${code}`, `admin.fault-${code}`].find(hasText);
  return { code, message: key ? t(key) : message };
}

function known(input, names) {
  const id = uniqueId('known');
  input.setAttribute('list', id);
  return h('datalist', { id }, [...new Set(names)].sort().map((value) => h('option', { value })));
}

function permissionChoice() {
  const id = uniqueId('remarks');
  const boxes = PERMISSIONS.map((value) => h('input', { type: 'checkbox', value, checked: value === 'read' }));
  const remarks = h('div', { id, class: 'remarks', 'aria-live': 'polite' });
  const node = h('fieldset', { class: 'options', 'aria-describedby': id }, h('legend', null, t('admin.column-permissions')),
    boxes.map((box, at) => h('label', { class: 'tick' }, box,
      h('span', null, h('strong', null, t(`admin.may-${PERMISSIONS[at]}`)), ' ', h('span', { class: 'note' }, t(`admin.may-${PERMISSIONS[at]}-what`))))),
    remarks);
  return {
    node,
    first: boxes[0],
    chosen: () => boxes.filter((box) => box.checked).map((box) => box.value),
    say: (faults) => remarks.replaceChildren(...faults.map(({ message }) => h('p', { class: 'said danger' }, icon('error'), h('span', null, message)))),
  };
}

/** Today as a date field has it. */
function localDay() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
