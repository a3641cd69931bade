/** Reads elements of Cal3D's XML files. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { FormatError } from '../../../core/errors.ts';
import { decodeTextFile, MAX_COORDINATE } from '../../file/byte-cursor.ts';
import { NEWEST_VERSION, OLDEST_VERSION } from '../cal3d-file.ts';

// Elements that may occur several times in their parent. The parser always makes an array of them.
const LISTS = new Set(
  'BONE CHILDID TRACK KEYFRAME SUBMESH VERTEX TEXCOORD INFLUENCE SPRING FACE MORPH BLENDVERTEX MAP'.split(' '),
);
const TEXT = '#text';

/** An element of an XML file: attributes and children by upper-case name. It checks each value on access. */
export class XmlElement {
  readonly url: string;
  /** The element's path: `MESH.SUBMESH[2]`. */
  readonly at: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: unknown, url: string, at: string) {
    this.url = url;
    this.at = at;
    // The parser returns an element without attributes and children as its text.
    this.#fields = typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : { [TEXT]: fields };
  }

  fail(reason: string, name = '', value?: unknown): never {
    const at = name ? `${this.at}.${name}` : this.at;
    throw new FormatError(reason, { url: this.url, at, ...(value === undefined ? {} : { value }) });
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  child(name: string): XmlElement {
    if (!this.has(name)) this.fail(`<${name}> is missing`);
    const value = this.#fields[name];
    if (Array.isArray(value)) this.fail(`<${name}> must stand once`, name, value.length);
    return new XmlElement(value, this.url, `${this.at}.${name}`);
  }

  children(name: string): XmlElement[] {
    const value = this.has(name) ? this.#fields[name] : [];
    const list = Array.isArray(value) ? value : [value];
    return list.map((fields, i) => new XmlElement(fields, this.url, `${this.at}.${name}[${i}]`));
  }

  /** Returns as many children as the attribute `countedBy` says, or all where it is missing. */
  counted(name: string, countedBy: string): XmlElement[] {
    const list = this.children(name);
    if (this.has(countedBy)) {
      const n = this.integer(countedBy);
      if (n !== list.length) this.fail(`${countedBy} is ${n}, but there are ${list.length} <${name}>`, countedBy);
    }
    return list;
  }

  /** Returns the attribute or child `name` as text; without a name, the element's own text. */
  text(name = TEXT): string {
    const value = this.has(name) ? this.#fields[name] : undefined;
    if (typeof value !== 'string') this.fail('text is expected', name === TEXT ? '' : name, value);
    return value;
  }

  integer(name = TEXT): number {
    const value = this.numbers(1, name)[0];
    if (!Number.isInteger(value)) this.fail('a whole number is expected', name, value);
    return value;
  }

  number(name = TEXT): number {
    return this.numbers(1, name)[0];
  }

  /** Returns `n` finite numbers that are separated by blanks. */
  numbers(n: number, name = TEXT): number[] {
    const text = this.text(name).trim();
    const values = text === '' ? [] : text.split(/\s+/).map(Number);
    if (values.length !== n || !values.every(v => Math.abs(v) <= MAX_COORDINATE)) {
      this.fail(`${n} numbers are expected`, name === TEXT ? '' : name, text);
    }
    return values;
  }
}

/** Whether the bytes are XML rather than binary: `<` is the first character after blanks and a byte order mark. */
export function isXml(bytes: Uint8Array): boolean {
  const isUtf8Mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  // Files of this kind have at most a few blank lines before it.
  const start = decodeTextFile(bytes.subarray(isUtf8Mark ? 3 : 0, 512));
  return /^\ufeff?\s*</.test(start);
}

/**
 * Opens the element `name`. Up to version 910, a `<HEADER MAGIC VERSION>` precedes it; later both are its own attributes. Like
 * the library, it ignores case and a misspelt magic (the library's own manual writes XFS).
 */
export function openXml(bytes: Uint8Array, url: string, name: string): { root: XmlElement; version: number } {
  const document = new XmlElement(parse(bytes, url), url, '');
  const root = document.child('FILE');
  if (!root.has(name)) throw new FormatError(`no Cal3D XML file with a <${name}>`, { url, at: 'document' });
  const element = root.child(name);
  const header = root.has('HEADER') ? root.child('HEADER') : element;
  const version = header.has('VERSION') ? header.integer('VERSION') : header.fail('the version is missing', 'VERSION');
  if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
    header.fail(`only versions ${OLDEST_VERSION} to ${NEWEST_VERSION} are known`, 'VERSION', version);
  }
  return { root: element, version };
}

function parse(bytes: Uint8Array, url: string): unknown {
  const body = decodeTextFile(bytes).replace(/^\uFEFF?\s*(<\?xml[^>]*\?>)?/i, '');
  // These files need neither. A document type can define entities that grow without bound.
  if (/<!(DOCTYPE|ENTITY|\[CDATA)/i.test(body))
    throw new FormatError('document types and CDATA are not allowed', { url, at: 'document' });
  // The header makes two roots, which is invalid XML. An added root element around them makes it valid.
  const text = `<FILE>${body}</FILE>`;
  try {
    const valid = XMLValidator.validate(text);
    if (valid !== true) {
      throw new FormatError(`no valid XML: ${valid.err.msg}`, { url, at: `line ${valid.err.line}` });
    }
    return new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      textNodeName: TEXT,
      parseTagValue: false,
      parseAttributeValue: false,
      transformTagName: tag => tag.toUpperCase(),
      transformAttributeName: attribute => attribute.toUpperCase(),
      isArray: (tag, _path, _leaf, isAttribute) => !isAttribute && LISTS.has(tag),
    }).parse(text);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError('no valid XML', { url, at: 'document', cause });
  }
}
