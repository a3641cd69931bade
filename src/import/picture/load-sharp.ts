/** Loads sharp when the first picture needs it: that takes 75 ms of processor time in each thread, and many models have no picture. */
export const loadSharp = async () => {
  const { default: sharp } = await import('sharp');
  // It would keep up to 50 MB of what it has decoded. No picture is opened twice.
  sharp.cache(false);
  return sharp;
};
