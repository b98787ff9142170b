// Speaks to the service: adds the token, reads answers, and makes every failure a `Problem`, so
// that screens only know answers and problems. All paths are relative, so that the console works
// behind a path prefix.

let token = null;
let refused = () => {};

/**
 * @typedef {{product: string, version: string, company: string}} Company
 * @typedef {{field: string, code: string, message: string, suggestion: string | null}} Fault
 * @typedef {object} Wanted
 * @property {Record<string, string | number | boolean | null | undefined>} [query] what is empty is left out
 * @property {unknown} [body] an object goes as JSON, a string or Blob as it is
 * @property {Record<string, string>} [headers]
 * @property {string} [accept]
 * @property {AbortSignal} [signal]
 */

/** What went wrong, with the fields of RFC 9457. `status` 0: the service could not be reached. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {Record<string, any>} [fields]
   * @param {number | null} [retryAfter] seconds
   */
  constructor(status, fields = {}, retryAfter = null) {
    super(fields.detail || fields.title || `status ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.type = fields.type ?? '';
    this.title = fields.title ?? '';
    this.detail = fields.detail ?? '';
    /** @type {Fault[]} */
    this.errors = fields.errors ?? [];
    this.requestId = fields['request-id'] ?? null;
    this.retryAfter = retryAfter;
  }

  /** The kind of problem: the last part of its type, such as `invalid-request`. */
  get kind() {
    return this.type.split('/').pop();
  }
}

/**
 * Uses a token from now on; `onRefused` is told when the service no longer takes it.
 * @param {string | null} secret
 * @param {() => void} [onRefused]
 */
export function useToken(secret, onRefused = () => {}) {
  token = secret;
  refused = onRefused;
}

/** The `Authorization` header, for what cannot go through `request` (such as an upload with progress). */
export function authorisation() {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/**
 * Sends a request and reads its answer.
 * @param {string} method
 * @param {string} path relative, such as `api/tse/v1/company/acme/customer`
 * @param {Wanted} [wanted]
 * @returns {Promise<{status: number, headers: Headers, body: any}>}
 * @throws {Problem}
 */
export async function request(method, path, wanted = {}) {
  const response = await open(method, path, wanted);
  return { status: response.status, headers: response.headers, body: await read(response) };
}

/**
 * Sends a request and hands out the answer unread, for streams and downloads.
 * @param {string} method
 * @param {string} path
 * @param {Wanted} [wanted]
 * @returns {Promise<Response>}
 * @throws {Problem}
 */
export async function open(method, path, { query, body, headers, accept, signal } = {}) {
  const response = await send(path + search(query), {
    method,
    body: isPlain(body) ? JSON.stringify(body) : body,
    headers: {
      Accept: accept ?? 'application/json',
      ...(isPlain(body) && { 'Content-Type': 'application/json' }),
      ...authorisation(),
      ...headers,
    },
    // A customer may be cached for minutes; whoever edits it must see it as it is now.
    cache: 'no-cache',
    credentials: 'omit',
    signal,
  });
  if (response.ok) return response;
  if (response.status === 401) refused();
  throw await problemOf(response);
}

/**
 * Where something of a company is.
 * @param {Company} company
 * @param {string} rest such as `customer` or `insight`
 * @returns {string}
 */
export function companyPath({ product, version, company }, rest) {
  const [p, v, c] = [product, version, company].map(encodeURIComponent);
  return `api/${p}/${v}/company/${c}/${rest}`;
}

/**
 * Where something of a customer is.
 * @param {Company} company
 * @param {string} id
 * @param {string} [rest] such as `/insight`
 */
export function customerPath(company, id, rest = '') {
  return companyPath(company, `customer/${encodeURIComponent(id)}${rest}`);
}

async function send(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0);
  }
}

async function read(response) {
  if (response.status === 204) return null;
  try {
    return isJson(response) ? await response.json() : await response.text();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0);
  }
}

async function problemOf(response) {
  const after = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const body = await read(response);
  return new Problem(response.status, isPlain(body) ? body : {}, Number.isNaN(after) ? null : after);
}

function isJson(response) {
  return /^application\/([\w.]+\+)?json/.test(response.headers.get('Content-Type') ?? '');
}

/** Whether it goes as JSON; a Blob or bytes go as they are. */
function isPlain(body) {
  return body !== null && typeof body === 'object' && !(body instanceof Blob || ArrayBuffer.isView(body));
}

function search(query) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
