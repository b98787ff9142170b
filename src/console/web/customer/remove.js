// Deleting a customer: asked for by name first, and for some seconds it can be taken back. The
// service forgets for good what is deleted, so taking back means creating it again, with a new id.

import { addTexts, t } from '../core/text.js';
import { companyHash, go } from '../core/router.js';
import { randomKey } from '../core/random.js';
import { confirm } from '../part/dialog.js';
import { fullName } from '../part/judgement.js';
import { mishapText } from '../part/mishap.js';
import { toast } from '../part/toast.js';
import texts from '../text/page.js';
import { createCustomer, deleteCustomer, draftOf } from './record.js';

addTexts(texts);

const SECONDS_TO_UNDO = 10;

/**
 * Asks and deletes.
 * @param {import('../core/service.js').Company} company
 * @param {import('./record.js').Record} record as it is shown
 * @returns {Promise<boolean>} whether it was deleted
 */
export async function removeCustomer(company, { customer, etag }) {
  const name = fullName(customer);
  const isWanted = await confirm({
    title: t('remove.title', { name }),
    text: t('remove.text', { email: customer.email, number: customer['vat-number'] }),
    action: t('remove.action'),
    isDangerous: true,
  });
  if (!isWanted) return false;
  await deleteCustomer(company, customer.id, etag);
  toast(t('remove.done', { name }), {
    action: t('remove.undo'), seconds: SECONDS_TO_UNDO, onAction: () => undo(company, customer),
  });
  return true;
}

async function undo(company, customer) {
  const key = randomKey();
  try {
    const { customer: again } = await createCustomer(company, draftOf(customer), key);
    toast(t('remove.undone', { name: fullName(again) }), {
      action: t('remove.open'), onAction: () => go(companyHash(company, `customers/${again.id}`)),
    });
  } catch (error) {
    toast(`${t('remove.not-undone')} ${mishapText(error)}`, {
      action: t('mishap.again'), seconds: SECONDS_TO_UNDO, onAction: () => undo(company, customer),
    });
  }
}
