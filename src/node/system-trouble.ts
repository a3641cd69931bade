/** Says in words what the operating system has against a file. */

const WORDS = {
  read: {
    ENOENT: 'there is no such file',
    EACCES: 'it may not be read',
    EPERM: 'it may not be read',
    EISDIR: 'it is a folder',
    ENOTDIR: 'something in its path is a file',
    ELOOP: 'its links lead in a circle',
    ENAMETOOLONG: 'its name is too long',
    EMFILE: 'too many files are open',
    ENFILE: 'too many files are open',
    EBUSY: 'another program uses it',
    EIO: 'its disk does not answer',
    ESTALE: 'its disk does not answer',
  },
  write: {
    ENOSPC: 'there is no space left on its disk',
    EDQUOT: 'its quota is used up',
    EACCES: 'it may not be written',
    EPERM: 'it may not be written',
    EROFS: 'its disk is read-only',
    ENOENT: 'no folder can be made there',
    ENOTDIR: 'something in its path is a file',
    EEXIST: 'there is a file of that name',
    EISDIR: 'there is a folder of that name',
    ENOTEMPTY: 'there is a folder of that name',
    EFBIG: 'its disk does not take so large a file',
    EBUSY: 'another program uses it',
    ETXTBSY: 'another program uses it',
    ELOOP: 'its links lead in a circle',
    ENAMETOOLONG: 'its name is too long',
    EMFILE: 'too many files are open',
    ENFILE: 'too many files are open',
    EIO: 'its disk does not answer',
    ESTALE: 'its disk does not answer',
  },
} as const;

/** Returns the cause of a system's error in words; undefined for any other error. */
export function systemTrouble(error: unknown, doing: 'read' | 'write'): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? undefined : (WORDS[doing] as Readonly<Record<string, string>>)[code];
}

/** As `systemTrouble`; for any other error, its own words. */
export function causeInWords(error: unknown, doing: 'read' | 'write'): string {
  return systemTrouble(error, doing) ?? (error as Error).message;
}
