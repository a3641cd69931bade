/** Loads sharp when the first picture needs it: that takes 75 ms of processor time in each thread, and many models have no picture. */
export const loadSharp = async () => (await import('sharp')).default;
