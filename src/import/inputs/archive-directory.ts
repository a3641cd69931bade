/** Mends the directory of a `.zip` archive, so that one odd entry or odd bytes around it do not refuse the whole archive. */

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const ENTRY = 0x02014b50;
const ENCRYPTED = 0x1;
const STRONGLY_ENCRYPTED = 0x40;
const STORED = 0;
const DEFLATED = 8;
/** Says that a number of 8 bytes stands elsewhere. */
const ELSEWHERE = 0xffffffff;

/**
 * Returns an archive that yauzl lists whole. Changes `bytes`.
 *
 * - What a download left after its end is cut.
 * - A program before it, which makes it unpack itself, is cut where its offsets do not count that program.
 * - An entry with strong encryption counts as one with a password. yauzl refuses the archive otherwise.
 * - An entry without compression has the size that is stored.
 *
 * Offsets are those of APPNOTE.TXT 6.3.10, 4.3.12 and 4.3.16.
 */
export function mendedArchive(bytes: Uint8Array): Buffer {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = whole.lastIndexOf('PK\x05\x06', -22, 'latin1');
  if (end < 0 || whole.readUInt32LE(end) !== END) return whole;
  const cut = whole.subarray(0, end + 22 + whole.readUInt16LE(end + 20));
  if (end >= 20 && cut.readUInt32LE(end - 20) === END_64_LOCATOR) return cut;
  const start = end - cut.readUInt32LE(end + 12);
  if (start < 0 || start + 46 > end || cut.readUInt32LE(start) !== ENTRY) return cut;
  mendEntries(cut, start, end);
  return cut.subarray(Math.max(0, start - cut.readUInt32LE(end + 16)));
}

function mendEntries(archive: Buffer, start: number, end: number): void {
  for (let at = start; at + 46 <= end && archive.readUInt32LE(at) === ENTRY; ) {
    const flags = archive.readUInt16LE(at + 8);
    const [stored, unpacked] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 24)];
    if (flags & (ENCRYPTED | STRONGLY_ENCRYPTED)) {
      archive.writeUInt16LE((flags & ~STRONGLY_ENCRYPTED) | ENCRYPTED, at + 8);
      // Only the size of stored entries is compared; what is encrypted is not read.
      archive.writeUInt16LE(DEFLATED, at + 10);
    } else if (archive.readUInt16LE(at + 10) === STORED && stored !== unpacked && stored !== ELSEWHERE && unpacked !== ELSEWHERE)
      archive.writeUInt32LE(stored, at + 24);
    at += 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
}
