// What is to be saved grows piece by piece in a blob, which browsers keep on the disk: a page that
// saves a million customers holds a megabyte of them.

/** Bytes, or characters, that are gathered before they go into the blob. */
const GATHERED = 1024 * 1024;

/**
 * @param {...(string | Uint8Array)} first
 * @returns {{add: (...more: (string | Uint8Array)[]) => void, blob: (type: string) => Blob}}
 */
export function growing(...first) {
  let kept = new Blob(first);
  let parts = [];
  let size = 0;
  const gather = () => {
    kept = new Blob([kept, ...parts]);
    parts = [];
    size = 0;
  };
  return {
    add(...more) {
      parts.push(...more);
      size += more.reduce((sum, part) => sum + part.length, 0);
      if (size >= GATHERED) gather();
    },
    blob(type) {
      gather();
      return new Blob([kept], { type });
    },
  };
}
