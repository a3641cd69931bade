/** Fields that no log line shows (pino's paths). */
export const redact: readonly string[] = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.authorization',
  '*.cookie',
  '*.token',
  '*["set-cookie"]',
];
