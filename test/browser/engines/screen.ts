import { spawn } from 'node:child_process';

/** A screen of its own for a browser that needs one, and OpenGL in software. @param place - 0 or more: one number a screen. */
export async function openScreen(place: number) {
  const display = `:${100 + ((process.pid * 2 + place) % 800)}`;
  const child = spawn('Xvfb', [display, '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], { stdio: 'ignore' });
  // It tells nobody that it is ready.
  await new Promise(resolve => setTimeout(resolve, 700));
  return {
    env: { DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1' },
    async close() {
      if (child.exitCode !== null) return;
      child.kill();
      await new Promise(resolve => child.once('exit', resolve));
    },
  };
}
