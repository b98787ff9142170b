// What the service says of a value, in Italian. The service speaks English; its sentences are
// recognised by their form, and whatever stands for a value in them is kept. A sentence that is not
// here is shown as the service said it.

const FIELDS = { 'first-name': 'il nome', 'last-name': 'il cognome', email: 'l’indirizzo', 'vat-number': 'la partita IVA', 'the name': 'il nome' };
const PARTS = { 'check digit': 'la cifra di controllo', 'check digits': 'le cifre di controllo', 'check letter': 'la lettera di controllo' };
const NAME = '(first-name|last-name)';

/** @type {[RegExp, string][]} a sentence, and how it is said in Italian */
const SENTENCES = [
  ['(first-name|last-name|email|vat-number) is required', 'manca {1}'],
  ['(first-name|last-name|email|vat-number) must not be blank', 'manca {1}'],
  ['a VAT number must not be blank; .*', 'manca la partita IVA; inizia con le due lettere del Paese, come IT'],
  [`${NAME} has (\\d+) characters, (\\d+) are allowed`, '{1} ha {2} caratteri, ne sono ammessi {3}'],
  [`${NAME} must not contain the control character (.+)`, '{1} contiene il carattere di controllo {2}, che non è ammesso'],

  ['the address alone is wanted, without .*', 'serve solo l’indirizzo, senza nome e senza parentesi angolari'],
  ["no '@': .*", 'manca la @: un indirizzo è nome@dominio'],
  ["no name before '@'", 'manca il nome prima della @'],
  ["no domain after '@'", 'manca il dominio dopo la @'],
  ["more than one '@'", 'c’è più di una @'],
  ["a dot before '@' stands .*", 'prima della @ un punto sta solo tra due altri caratteri'],
  ["a quoted name before '@' .*", 'prima della @ non sono ammesse virgolette'],
  ["at most (\\d+) bytes before '@', there are (\\d+)", 'al massimo {1} byte prima della @, qui sono {2}'],
  ['an address has at most (\\d+) bytes, this one has (\\d+)', 'un indirizzo ha al massimo {1} byte, questo ne ha {2}'],
  ["a space is not allowed before '@'", 'prima della @ non è ammesso uno spazio'],
  ["(.+) is not allowed before '@'", '{1} non è ammesso prima della @'],
  ['a space is not allowed in a domain', 'in un dominio non è ammesso uno spazio'],
  ['(.+) is not allowed in a domain', '{1} non è ammesso in un dominio'],
  ["a domain name is wanted after '@'.*", 'dopo la @ serve il nome di un dominio'],
  ['the domain must not end with a dot', 'il dominio non può finire con un punto'],
  ['no dot in the domain: .*', 'nel dominio manca il punto: serve un dominio completo come example.com'],
  ['two dots in a row.*', 'nel dominio ci sono due punti di seguito, o uno all’inizio'],
  ['a part of the domain begins or ends with a hyphen', 'una parte del dominio inizia o finisce con un trattino'],
  ['a part of the domain is longer than (\\d+) characters', 'una parte del dominio supera i {1} caratteri'],
  ['the domain ends in a number: .*', 'il dominio finisce con un numero: serve un nome come example.com'],
  ["'(\\.[^']+)' is no top-level domain", '«{1}» non è un dominio di primo livello'],

  ['a VAT number has at most (\\d+) letters and digits; this text has (\\d+) bytes', 'una partita IVA ha al massimo {1} lettere e cifre; questo testo ha {2} byte'],
  ['the character (.+) at position (\\d+) cannot be in a VAT number, .*', 'il carattere {1} in posizione {2} non è ammesso: una partita IVA è fatta di lettere dalla A alla Z e cifre'],
  ["a VAT number starts with the country's two letters, such as IT; (.+) does not", 'una partita IVA inizia con le due lettere del Paese, come IT; {1} no'],
  ['(.+) is not the prefix of any country; .*', '{1} non è il prefisso di nessun Paese; una partita IVA inizia con le due lettere del Paese, come IT'],
  ['the form of VAT numbers of (.+) is not known here.*', 'le regole di {1} non sono note: è ammessa solo la forma generale, {1} e 11 cifre'],
  ['the (check digit|check digits|check letter) of (.+) should be (.+), not (.+)', '{1} di {2} dovrebbe essere {3}, non {4}'],
  ['no check digit is right for (.+), because .*', 'nessuna cifra di controllo è giusta per {1}: le cifre che la precedono non vengono mai assegnate'],
  ['the check digits of (.+) are wrong; .*', 'le cifre di controllo di {1} non tornano'],
  ['.+ VAT numbers are .+, such as ([A-Z0-9]+); (\\S+) (?:has|is) .*', 'il Paese usa un’altra forma, come {1}; {2} non la rispetta'],
  ['.+ VAT numbers are .+, such as ([A-Z0-9]+); .*', 'il Paese usa un’altra forma, come {1}'],

  ['(.+) is probably a slip for (.+)', '{1} è probabilmente un refuso per {2}'],
  ['(.+) gives out mailboxes that are made to be thrown away', '{1} offre caselle usa e getta'],
  ['mailboxes at (.+) are made to be thrown away', 'le caselle di {1} sono usa e getta'],
  ['(.+@) is the mailbox of a function, not of a person', '{1} è la casella di una funzione, non di una persona'],
  [`${NAME} is all in capitals: (.+) was probably meant`, '{1} è tutto in maiuscolo: probabilmente è {2}'],
  [`${NAME} is all in small letters: (.+) was probably meant`, '{1} è tutto in minuscolo: probabilmente è {2}'],
  [`${NAME} has capitals where .*: (.+) was probably meant`, '{1} ha maiuscole fuori posto: probabilmente è {2}'],
  ['first and last name seem swapped: (.+) looks like a last name, (.+) like a first name', 'nome e cognome sembrano scambiati: {1} pare un cognome, {2} un nome'],
  ['customer (\\S+) is probably the same \\((\\d+) %\\)', 'il cliente {1} è probabilmente lo stesso ({2} %)'],
  [`${NAME} holds an email address`, '{1} contiene un indirizzo email'],
  [`${NAME} holds the address of a web page`, '{1} contiene un indirizzo web'],
  [`${NAME} holds a number`, '{1} contiene un numero'],
  [`${NAME} holds a digit`, '{1} contiene una cifra'],
  [`${NAME} holds no letter`, '{1} non contiene lettere'],
  [`${NAME} holds (.+), which names do not have`, '{1} contiene {2}, che nei nomi non c’è'],
  [`${NAME} looks like a word that stands for no name`, '{1} sembra una parola messa al posto del nome'],
  [`${NAME} looks like keys pressed in a row`, '{1} sembra una fila di tasti vicini'],
  [`${NAME} looks like keys pressed at random`, '{1} sembra scritto premendo tasti a caso'],
  [`${NAME} looks like the same keys .*`, '{1} sembra scritto ripetendo gli stessi tasti'],
  [`${NAME} has no vowel`, '{1} non ha vocali'],
  ['a name is one letter only', 'un nome è di una sola lettera'],
  ['first and last name are both (.+)', 'nome e cognome sono entrambi {1}'],
  ['(.+) is one digit over and over', '{1} ripete sempre la stessa cifra'],
  ['no rules are known to check (.+)', 'non ci sono regole per controllare {1}'],

  ['(.+) gives mailboxes to anybody, .*', '{1} dà caselle a chiunque: non è il dominio di un’azienda'],
  ['(.+) gives certified mailboxes, .*', '{1} offre caselle PEC, che ogni impresa in Italia deve avere'],
  ['(.+) gives mailboxes to the members of a profession', '{1} dà caselle agli iscritti di un ordine professionale'],
  ['(.+) is a domain of its own, as firms have one', '{1} è un dominio proprio, come lo hanno le aziende'],
  ['(.+) is below a domain kept for authorities', '{1} appartiene a un dominio riservato agli enti pubblici'],
  ['(.+) is below a domain kept for teaching and research', '{1} appartiene a un dominio riservato a scuola e ricerca'],
  ['(.+) is the domain of a town or an authority', '{1} è il dominio di un comune o di un ente'],
  ['(.+) is the domain of a university', '{1} è il dominio di un’università'],
  ['(.+) holds a word for an authority', '{1} contiene una parola da ente pubblico'],
  ['(.+) holds a word that authorities use', '{1} contiene una parola usata dagli enti pubblici'],
  ['(.+) holds a word for a school', '{1} contiene una parola da scuola'],
  ['(.+) holds a word that schools use', '{1} contiene una parola usata dalle scuole'],
  ['(.+) holds the legal form of a firm', '{1} contiene la forma giuridica di un’azienda'],
  ['(.+) holds a line of business', '{1} contiene un ramo d’attività'],
  ['(.+) names a line of business', '{1} indica un ramo d’attività'],
  ['(.+) names a profession that people have on their own', '{1} indica una libera professione'],
  ["(.+) holds a profession's title", '{1} contiene un titolo professionale'],
  ['(.+) is of a kind that organisations take', '{1} è un dominio da organizzazione'],
  ['(.+) is of a kind that persons take', '{1} è un dominio da persona'],
  ["(.+) is the person's own name", '{1} è il nome della persona'],
  ["(.+) is the person's first name at the last name", '{1} è il nome della persona presso il suo cognome'],
  ["(.+) is the person's last name", '{1} è il cognome della persona'],
  ["(.+) holds the person's last name", '{1} contiene il cognome della persona'],
  ["(.+) is an office's address at a domain of its own", '{1} è l’indirizzo di un ufficio presso un dominio proprio'],
  ["(.+) is a person's address at an organisation's domain", '{1} è l’indirizzo di una persona presso un’organizzazione'],
  ["the VAT number (.+) is a company's", 'la partita IVA {1} è di una società'],
  ["the VAT number (.+) is a legal person's, .*", 'la partita IVA {1} è di una persona giuridica, come una società'],
  ['the VAT number (.+) is of a kind that mostly legal persons have', 'una partita IVA come {1} è per lo più di persone giuridiche'],
  ["the VAT number (.+) is a natural person's", 'la partita IVA {1} è di una persona fisica'],
  ['the VAT number (.+) is of a kind that mostly natural persons have', 'una partita IVA come {1} è per lo più di persone fisiche'],
  ["the VAT number (.+) is a public body's", 'la partita IVA {1} è di un ente pubblico'],
  ['the VAT number (.+) is of a kind that authorities, .*', 'una partita IVA come {1} è di enti, scuole e associazioni'],
  ["the VAT number (.+) is a public school's", 'la partita IVA {1} è di una scuola pubblica'],
  ["the VAT number (.+) is an association's", 'la partita IVA {1} è di un’associazione'],
  ['the VAT number (.+) is one that is never issued', 'la partita IVA {1} non viene mai assegnata'],
].map(([form, said]) => [new RegExp(`^${form}$`, 's'), said]);

/**
 * @param {string} message as the service said it
 * @returns {string | null} the same in Italian
 */
export function inItalian(message) {
  for (const [form, said] of SENTENCES) {
    const found = form.exec(message);
    if (found) return said.replace(/\{(\d)\}/g, (_, at) => word(found[at]));
  }
  return null;
}

function word(text) {
  return FIELDS[text] ?? PARTS[text] ?? text;
}
