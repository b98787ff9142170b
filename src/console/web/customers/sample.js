// Made-up customers to look around with: several countries and categories, some with something to
// mend, and two that are the same person. The domains are reserved (RFC 2606) or invented, and the
// VAT numbers are counted up, so that nobody real is meant.

import { companyPath, open } from '../core/service.js';

export const SAMPLES = [
  ['Giulia', 'Bianchi', 'giulia.bianchi@officine-bianchi.example', 'IT00000123455'],
  ['Marco', 'Ferrari', 'marco.ferrari@ferrariarredi-srl.example', 'IT00000234567'],
  ['Elena', 'Conti', 'elena@elenaconti.example', 'IT00000345678'],
  ['Luca', 'Moretti', 'luca.moretti@studiomoretti.example', 'IT00000456780'],
  ['Anna', 'Rossi', 'protocollo@comune-vallechiara.example', 'IT80001234014'],
  ['Davide', 'Greco', 'd.greco@liceo-vallechiara.example', 'IT00000567891'],
  ['ROBERTO', 'GALLI', 'roberto.galli@galli-trasporti.example', 'IT00000678904'],
  ['Sara', 'Fontana', 'sara.fontana@fontana-vini.example', 'IT12345678901'],
  ['Rossi', 'Mario', 'mario@caffe-vallechiara.example', 'IT01234560157'],
  ['Anna', 'Schmidt', 'anna.schmidt@schmidt-maschinenbau-gmbh.example', 'DE123456788'],
  ['Jürgen', 'Weiß', 'info@weiss-logistik.example', 'DE234567894'],
  ['Lena', 'Hoffmann', 'lena.hoffmann@universitaet-musterstadt.example', 'DE112233446'],
  ['Camille', 'Dubois', 'camille.dubois@dubois-sarl.example', 'FR11123456782'],
  ['Camille', 'Duboix', 'camille.dubois+ordini@dubois-sarl.example', 'FR11123456782'],
  ['Hugo', 'Lefèvre', 'hugo@hugolefevre.example', 'FR16234567891'],
  ['Lucía', 'Fernández', 'lucia.fernandez@example.com', 'ES12345678Z'],
  ['Mateo', 'García', 'mateo.garcia@example.net', 'ES23456789D'],
  ['Sophie', 'Gruber', 'sophie.gruber@gruber-holzbau.example', 'ATU12345675'],
  ['Lotte', 'Janssens', 'lotte.janssens@janssens-bvba.example', 'BE0123456749'],
  ['Sanne', 'de Vries', 'sanne.devries@devries-bloemen-bv.example', 'NL123456782B01'],
  ['Zofia', 'Kowalska', 'zofia.kowalska@kowalska-meble.example', 'PL1234567854'],
  ['Astrid', 'Lindqvist', 'astrid.lindqvist@lindqvist-design-ab.example', 'SE556123456701'],
  ['Urs', 'Keller', 'urs.keller@keller-uhren-ag.example', 'CHE123456788MWST'],
  ['Asdf', 'Qwerty', 'test@example.org', 'IT99999999999'],
].map(([first, last, email, number]) => ({ 'first-name': first, 'last-name': last, email, 'vat-number': number }));

/**
 * Adds them in one request.
 * @param {import('../core/service.js').Company} company
 * @returns {Promise<number>} how many were taken
 */
export async function addSamples(company) {
  const response = await open('POST', companyPath(company, 'customer'), {
    body: SAMPLES.map((customer) => JSON.stringify(customer)).join('\n'),
    headers: { 'Content-Type': 'application/x-ndjson' },
    accept: 'application/x-ndjson',
  });
  const lines = (await response.text()).trim().split('\n');
  return lines.filter((line) => JSON.parse(line).status === 201).length;
}
