import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright';
import { ssim } from 'ssim.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';

// `foyer` is what test/browser/render/page.ts exports, in the page.
declare const foyer: typeof import('./page.ts');

const WIDTH = 640;
const HEIGHT = 360;
let harness: Harness;
let page: Page;
let errors: string[];

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(async () => {
  ({ page, errors } = await harness.open());
});
afterEach(async () => {
  await page.close();
  expect(errors.filter(e => !e.includes('GPU stall due to ReadPixels') && !e.includes('CONTEXT_LOST_WEBGL'))).toEqual([]);
});
afterAll(() => harness?.close());

type Picture = Uint8ClampedArray<ArrayBuffer>;
const decode = (base64: string): Picture => new Uint8ClampedArray(Buffer.from(base64, 'base64'));
const invert = (a: Picture): Picture => a.map((v, i) => (i % 4 === 3 ? v : 255 - v));
const similarity = (a: Picture, b: Picture): number => {
  const image = (data: Picture) => ({ data, width: WIDTH, height: HEIGHT }) as ImageData;
  return ssim(image(a), image(b)).mssim;
};
/** Share of pixels that an eye could tell apart. */
const different = (a: string, b: string): number =>
  pixelmatch(decode(a), decode(b), undefined, WIDTH, HEIGHT, { threshold: 0.1 }) / (WIDTH * HEIGHT);

describe('LeanRenderer in a browser', () => {
  it('compiles every variant', async () => {
    const failed = await page.evaluate(() => {
      const gl = foyer.canvas(16, 16).getContext('webgl')!;
      const logs: string[] = [];
      for (const variant of foyer.variants.allVariants()) {
        const { vertex, fragment } = foyer.variants.sourcesOf(variant);
        const program = gl.createProgram();
        for (const [type, text] of [
          [gl.VERTEX_SHADER, vertex],
          [gl.FRAGMENT_SHADER, fragment],
        ] as const) {
          const shader = gl.createShader(type)!;
          gl.shaderSource(shader, text);
          gl.compileShader(shader);
          gl.attachShader(program, shader);
          const log = gl.getShaderInfoLog(shader);
          if (log) logs.push(`${foyer.variants.nameOf(variant)}: ${log}`);
        }
        gl.linkProgram(program);
        if (!gl.getProgramParameter(program, gl.LINK_STATUS))
          logs.push(`${foyer.variants.nameOf(variant)}: ${gl.getProgramInfoLog(program)}`);
        gl.deleteProgram(program);
      }
      return logs;
    });
    expect(failed).toEqual([]);
  });

  it.each([false, true])("draws what three's own renderer draws from the same scene (fog: %s)", async fog => {
    const [ours, theirs] = await page.evaluate(withFog => {
      const renderer = foyer.lean({ antialias: false });
      const create = (asset: ReturnType<typeof foyer.checker>) => {
        const { texture, job } = renderer.createTexture(asset);
        foyer.upload(job);
        return texture;
      };
      const { scene, camera } = foyer.mixedScene(create, withFog);
      renderer.render(scene, camera);
      const mine = foyer.pixels(renderer.gl);
      const backend = new foyer.ThreeBackend({ canvas: foyer.canvas(), antialias: false, preserveDrawingBuffer: true });
      backend.setSize(640, 360);
      backend.render(scene, camera);
      const stock = foyer.pixels(backend.gl);
      backend.dispose();
      renderer.dispose();
      return [mine, stock];
    }, fog);
    expect(similarity(decode(ours), decode(theirs))).toBeGreaterThan(0.98);
    expect(different(ours, theirs)).toBeLessThan(0.01);
    expect(similarity(decode(ours), invert(decode(ours)))).toBeLessThan(0.8);
  });

  it.each([
    ['OES_vertex_array_object'],
    ['ANGLE_instanced_arrays'],
    ['OES_element_index_uint'],
    ['WEBGL_compressed_texture_s3tc'],
    ['EXT_texture_filter_anisotropic'],
    ['KHR_parallel_shader_compile'],
    ['WEBGL_lose_context'],
    ['OES_vertex_array_object ANGLE_instanced_arrays OES_element_index_uint KHR_parallel_shader_compile'],
  ])('draws the same without %s', async name => {
    const [all, without] = await page.evaluate(refused => {
      return [[], refused.split(' ')].map(refuse => {
        const renderer = foyer.lean({ refuse });
        const { scene, camera } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
        const jobs = foyer.mixedScene(() => new foyer.THREE.Texture()); // a second scene in between must not disturb
        renderer.render(jobs.scene, jobs.camera);
        renderer.render(scene, camera);
        const picture = foyer.pixels(renderer.gl);
        renderer.dispose();
        return picture;
      });
    }, name);
    expect(different(all, without)).toBe(0);
  });

  it('draws the same where the vertex shader has 128 uniforms and eight attributes, the least of WebGL 1', async () => {
    const { pictures, calls, places, left } = await page.evaluate(() => {
      const places = new Set<number>();
      const left: number[] = [];
      const calls: number[] = [];
      const pictures = [false, true].map(least => {
        const element = foyer.canvas();
        const gl = element.getContext('webgl', { alpha: false, antialias: false, preserveDrawingBuffer: true })!;
        const living = foyer.countObjects(gl);
        const { getParameter, vertexAttribPointer } = gl;
        if (least) gl.getParameter = name => (name === gl.MAX_VERTEX_UNIFORM_VECTORS ? 128 : getParameter.call(gl, name));
        gl.vertexAttribPointer = (place, ...rest) => {
          places.add(place);
          vertexAttribPointer.call(gl, place, ...rest);
        };
        const renderer = new foyer.LeanRenderer({ canvas: element });
        const { scene, camera, meshes } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
        const snake = foyer.parts.createPartMesh(...foyer.snake(60));
        snake.position.set(-1.5, 0.3, 2.5);
        snake.updateMatrix();
        scene.add(snake);
        renderer.render(scene, camera);
        const picture = foyer.pixels(renderer.gl);
        calls.push(renderer.info.drawCalls);
        foyer.parts.disposePartMesh(snake);
        foyer.parts.disposePartMesh(meshes.limb);
        renderer.dispose();
        left.push(living());
        return picture;
      });
      return { pictures, calls, places: [...places], left };
    });
    expect(different(pictures[0], pictures[1])).toBe(0);
    expect(calls[1]).toBeGreaterThan(calls[0]);
    expect(Math.max(...places)).toBeLessThan(8);
    expect(left).toEqual([0, 0]);
  });

  it('asks a driver for nothing that it lacks', async () => {
    const [all, none] = await page.evaluate(() =>
      [false, true].map(lacking => {
        const element = foyer.canvas();
        const gl = element.getContext('webgl', { alpha: false, antialias: false, preserveDrawingBuffer: true })!;
        if (lacking) gl.getExtension = () => null;
        const renderer = new foyer.LeanRenderer({ canvas: element });
        const { scene, camera } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
        renderer.render(scene, camera);
        const picture = foyer.pixels(renderer.gl);
        renderer.dispose();
        return picture;
      }),
    );
    expect(different(all, none)).toBe(0);
  });

  it('blends mip levels on the ground alone, and adds no reads along the view where the processor draws', async () => {
    const set = await page.evaluate(() => {
      const renderer = foyer.lean({ antialias: false });
      const { gl } = renderer;
      const calls: string[] = [];
      const watch = (name: 'texParameteri' | 'texParameterf') => {
        const original = gl[name].bind(gl);
        gl[name] = (target, parameter, value) => {
          if (value === gl.LINEAR_MIPMAP_LINEAR || parameter === 0x84fe) calls.push(`${parameter} ${value}`);
          original(target, parameter, value);
        };
      };
      watch('texParameteri');
      watch('texParameterf');
      // A question to the GPU waits for all that it has to do.
      gl.getTexParameter = name => {
        throw new Error(`asked for texture parameter ${name}`);
      };
      const scene = new foyer.THREE.Scene();
      const camera = new foyer.THREE.PerspectiveCamera(60, 16 / 9, 0.1, 50);
      camera.position.set(0, 2, 4);
      camera.lookAt(0, 0, 0);
      const show = (geometry: Parameters<typeof foyer.partOf>[0]) => {
        const { texture, job } = renderer.createTexture(foyer.checker());
        foyer.upload(job);
        const mesh = foyer.parts.createPartMesh(foyer.partOf(geometry));
        foyer.parts.setMap(mesh, texture);
        scene.add(mesh);
        renderer.render(scene, camera);
        renderer.render(scene, camera);
        return calls.length;
      };
      const wall = show(new foyer.THREE.PlaneGeometry(4, 4));
      const ground = show(new foyer.THREE.PlaneGeometry(4, 4).rotateX(-Math.PI / 2));
      renderer.dispose();
      return { wall, ground, calls };
    });
    expect(set).toEqual({ wall: 0, ground: 1, calls: ['10241 9987'] });
  });

  it('shows small figures as pictures in one draw call, also after a lost context, and frees them', async () => {
    const { meshes, pictures, again, calls, left } = await page.evaluate(async () => {
      const open = () => {
        const element = foyer.canvas();
        const gl = element.getContext('webgl', { alpha: false, antialias: false, preserveDrawingBuffer: true })!;
        const living = foyer.countObjects(gl);
        const renderer = new foyer.LeanRenderer({ canvas: element });
        const { scene, camera } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
        const owner = foyer.parts.createPartMesh(foyer.partOf(foyer.limb(), {}, true), { palette: foyer.bend(0.5) });
        for (let i = 0; i < 12; i++) {
          const copy = new foyer.THREE.Mesh(owner.geometry, owner.material);
          copy.userData.foyer = owner.userData.foyer;
          copy.userData.foyerFigure = { height: 1.6, look: 0, clip: 0, phase: 0, tile: -1 };
          copy.position.set(i - 6, 0, -10);
          copy.rotation.y = i;
          scene.add(copy);
        }
        const draw = async (impostorPixels: number) => {
          renderer.impostorPixels = impostorPixels;
          await renderer.loadImpostors();
          await renderer.warmUp(scene);
          for (let frame = 0; frame < 8; frame++) renderer.render(scene, camera);
          return { picture: foyer.pixels(renderer.gl), calls: renderer.info.drawCalls };
        };
        return { renderer, living, draw };
      };
      const first = open();
      const asMeshes = await first.draw(0);
      const asPictures = await first.draw(48);
      first.renderer.dispose();
      const { renderer, draw } = open();
      await draw(48);
      await foyer.loseContext(renderer);
      await foyer.restoreContext(renderer);
      const restored = await draw(48);
      renderer.dispose();
      return {
        meshes: asMeshes.picture,
        pictures: asPictures.picture,
        again: restored.picture,
        calls: asMeshes.calls - asPictures.calls,
        left: first.living(),
      };
    });
    expect(calls).toBeGreaterThanOrEqual(8);
    expect(pictures).not.toBe(meshes);
    expect(similarity(decode(pictures), decode(meshes))).toBeGreaterThan(0.97);
    expect(again).toBe(pictures);
    expect(left).toBe(0);
  });

  it('draws copies in one call, and whatever has a scale or a mirror of its own apart', async () => {
    const [with_, without] = await page.evaluate(() =>
      [[], ['ANGLE_instanced_arrays']].map(refuse => {
        const renderer = foyer.lean({ refuse });
        const { scene, camera } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
        renderer.render(scene, camera);
        const { drawCalls, triangles } = renderer.info;
        renderer.dispose();
        return { drawCalls, triangles };
      }),
    );
    expect(without.drawCalls - with_.drawCalls).toBeGreaterThanOrEqual(2);
    expect(with_.triangles).toBe(without.triangles);
  });

  it('draws the rest of the picture where something in it cannot be drawn, and says so once', async () => {
    const [whole, rest, calls] = await page.evaluate(async () => {
      const renderer = foyer.lean();
      const { scene, camera } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
      renderer.render(scene, camera);
      const pictures = [foyer.pixels(renderer.gl)];
      const { drawCalls } = renderer.info;
      const broken = (change: (geometry: InstanceType<typeof foyer.THREE.BufferGeometry>) => void, name: string) => {
        const mesh = new foyer.THREE.Mesh(new foyer.THREE.BoxGeometry(), new foyer.THREE.MeshBasicMaterial());
        mesh.name = name;
        change(mesh.geometry);
        return mesh;
      };
      const { BufferAttribute } = foyer.THREE;
      const wide = broken(g => g.setAttribute('normal', new BufferAttribute(new Float64Array(72), 3)), 'wide');
      const empty = broken(g => g.deleteAttribute('position'), 'empty');
      // One of them on somebody who is shown as a picture.
      const figure = new foyer.THREE.Group();
      figure.userData.foyerFigure = { height: 1, look: 0, clip: 0, phase: 0, tile: -1 };
      figure.position.z = -12;
      const worn = broken(g => g.setAttribute('uv', new BufferAttribute(new Int32Array(48), 2)), 'worn');
      const odd = new foyer.THREE.Mesh(new foyer.THREE.BoxGeometry(), new foyer.THREE.MeshNormalMaterial());
      odd.frustumCulled = worn.frustumCulled = false;
      figure.add(worn, odd);
      scene.add(wide, empty, figure);
      renderer.impostorPixels = 48;
      await renderer.loadImpostors();
      await renderer.warmUp(scene);
      for (let i = 0; i < 4; i++) renderer.render(scene, camera);
      pictures.push(foyer.pixels(renderer.gl));
      const calls = renderer.info.drawCalls - drawCalls;
      renderer.dispose();
      return [...pictures, calls] as const;
    });
    expect(rest).toBe(whole);
    expect(calls).toBeLessThanOrEqual(1);
    expect(errors.filter(e => e.startsWith('LeanRenderer')).sort()).toEqual([
      'LeanRenderer cannot draw mesh "wide": TypeError: WebGL 1 has no vertex type for Float64Array',
      'LeanRenderer cannot draw mesh "worn": TypeError: WebGL 1 has no vertex type for Int32Array',
      'LeanRenderer does not draw MeshNormalMaterial (mesh "")',
    ]);
    errors.length = 0;
  });

  it('lights copies that are scaled unevenly as it lights one alone', async () => {
    const [copies, alone] = await page.evaluate(() =>
      [[], ['ANGLE_instanced_arrays']].map(refuse => {
        const renderer = foyer.lean({ refuse });
        const { scene, camera } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
        scene.clear();
        const owner = foyer.parts.createPartMesh(foyer.partOf(new foyer.THREE.BoxGeometry()));
        for (let i = 0; i < 5; i++) {
          const wall = new foyer.THREE.Mesh(owner.geometry, owner.material);
          wall.userData.foyer = owner.userData.foyer;
          wall.position.set(i * 1.2 - 2.4, 0.6, 0);
          wall.rotation.y = 0.5;
          wall.scale.set(1, 2, 0.1);
          scene.add(wall);
        }
        renderer.render(scene, camera);
        const picture = foyer.pixels(renderer.gl);
        renderer.dispose();
        return picture;
      }),
    );
    // A side that looks at the sun would be as dark as one that looks away: less than `different` sees.
    const [a, b] = [decode(copies), decode(alone)];
    expect(a.filter((value, i) => Math.abs(value - b[i]) > 8).length / a.length).toBeLessThan(0.002);
  });

  it('shows map and light map in their places in the very frame that uploads them', async () => {
    const [first, second] = await page.evaluate(() => {
      const renderer = foyer.lean();
      const { scene, camera } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
      scene.clear();
      const part = foyer.partOf(new foyer.THREE.BoxGeometry(2, 2, 2));
      const { attributes } = part.levels[0];
      const level = { ...part.levels[0], attributes: { ...attributes, TEXCOORD_1: attributes.TEXCOORD_0! } };
      const mesh = foyer.parts.createPartMesh({ ...part, levels: [level] });
      const own = (texel: number[]) => {
        const texture = new foyer.THREE.DataTexture(new Uint8Array(texel), 1, 1);
        texture.needsUpdate = true;
        return texture;
      };
      foyer.parts.setMap(mesh, own([250, 40, 40, 255]));
      foyer.parts.setLightMap(mesh, own([200, 200, 255, 255]));
      scene.add(mesh);
      const draw = () => {
        renderer.render(scene, camera);
        return foyer.pixels(renderer.gl);
      };
      const pictures = [draw(), draw()];
      renderer.dispose();
      return pictures;
    });
    expect(first).toBe(second);
  });

  it('comes back to the same picture after a lost context, without asking for anything', async () => {
    const { before, after, lost } = await page.evaluate(async () => {
      const renderer = foyer.lean();
      const { scene, camera } = foyer.mixedScene(asset => {
        const { texture, job } = renderer.createTexture(asset);
        foyer.upload(job, 1000);
        return texture;
      });
      renderer.render(scene, camera);
      const first = foyer.pixels(renderer.gl);
      await foyer.loseContext(renderer);
      renderer.render(scene, camera); // harmless
      const wasLost = renderer.contextLost;
      await foyer.restoreContext(renderer);
      renderer.render(scene, camera);
      const second = foyer.pixels(renderer.gl);
      renderer.dispose();
      return { before: first, after: second, lost: wasLost };
    });
    expect(lost).toBe(true);
    expect(different(before, after)).toBe(0);
  });

  it('warms up to the end where the context is lost and comes back in the middle', async () => {
    const ready = await page.evaluate(async () => {
      const renderer = foyer.lean();
      const { scene } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
      let pauses = 0;
      const warm = renderer.warmUp(scene, async () => {
        if (pauses++ > 0) return new Promise(resolve => setTimeout(resolve, 5));
        await foyer.loseContext(renderer);
        await foyer.restoreContext(renderer);
      });
      const ended = await Promise.race([warm.then(() => true), new Promise(resolve => setTimeout(() => resolve(false), 8000))]);
      renderer.dispose();
      return ended && pauses > 0;
    });
    expect(ready).toBe(true);
  });

  it('allocates less than 1 KB a frame', async () => {
    await page.evaluate(() => {
      const renderer = foyer.lean();
      const { scene, camera } = foyer.mixedScene(asset => renderer.createTexture(asset).texture);
      renderer.setSize(16, 16);
      (globalThis as unknown as { frames: (count: number) => void }).frames = count => {
        for (let i = 0; i < count; i++) renderer.render(scene, camera);
        foyer.pixels(renderer.gl);
      };
    });
    const run = (count: number) =>
      page.evaluate(n => (globalThis as unknown as { frames(count: number): void }).frames(n), count);
    for (let i = 0; i < 15; i++) await run(100); // until V8 has compiled all of it
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.startSampling', {
      samplingInterval: 256,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await run(500);
    const { profile } = await session.send('HeapProfiler.stopSampling');
    interface Node {
      readonly callFrame: { readonly functionName: string };
      readonly selfSize: number;
      readonly children: readonly Node[];
    }
    const sum = (node: Node): number =>
      (node.callFrame.functionName === 'pixels' ? 0 : node.selfSize) +
      node.children.reduce((total, child) => total + sum(child), 0);
    expect(sum(profile.head) / 500).toBeLessThan(1024);
  });

  it('shows the old texture until the new one is whole, in slices of the size that was asked for', async () => {
    const result = await page.evaluate(() => {
      const renderer = foyer.lean();
      const { scene, camera, meshes } = foyer.mixedScene(asset => {
        const { texture, job } = renderer.createTexture(asset);
        foyer.upload(job);
        return texture;
      });
      renderer.render(scene, camera);
      const before = foyer.pixels(renderer.gl);
      const bytesBefore = renderer.info.textureBytes;
      const { texture, job } = renderer.createTexture(foyer.checker(256));
      foyer.parts.setMap(meshes.floor, texture);
      const sizes = [job.step(64 * 1024), job.step(64 * 1024)];
      renderer.render(scene, camera);
      const during = foyer.pixels(renderer.gl);
      const steps = foyer.upload(job, 64 * 1024);
      renderer.render(scene, camera);
      const after = foyer.pixels(renderer.gl);
      const bytes = renderer.bytesOf(texture);
      const grown = renderer.info.textureBytes - bytesBefore;
      foyer.parts.setMap(meshes.floor, null);
      texture.dispose();
      renderer.render(scene, camera);
      return { before, during, after, sizes, steps, bytes, grown, left: renderer.info.textureBytes - bytesBefore };
    });
    expect(result.sizes).toEqual([65536, 65536]);
    expect(result.steps).toBe(2);
    expect(different(result.before, result.during)).toBe(0);
    expect(different(result.before, result.after)).toBeGreaterThan(0.01);
    expect(result.bytes).toBe(349_524); // 256 x 256 x 4 and every level below
    expect(result.grown).toBe(result.bytes);
    expect(result.left).toBe(0);
  });

  it('holds no GPU object after everything is disposed of', async () => {
    const info = await page.evaluate(() => {
      const renderer = foyer.lean();
      const living = foyer.countObjects(renderer.gl);
      for (let round = 0; round < 5; round++) {
        const textures: { dispose(): void }[] = [];
        const { scene, camera, meshes, plain, cone } = foyer.mixedScene(asset => {
          const { texture, job } = renderer.createTexture(asset);
          if (round % 2) foyer.upload(job);
          else job.step(100);
          textures.push(texture);
          return texture;
        });
        renderer.render(scene, camera);
        for (const mesh of Object.values(meshes)) foyer.parts.disposePartMesh(mesh);
        plain.geometry.dispose();
        foyer.parts.disposePartMesh(cone);
        for (const texture of textures) texture.dispose();
        renderer.render(new foyer.THREE.Scene(), camera);
      }
      const { textures, geometries, textureBytes, geometryBytes } = renderer.info;
      renderer.dispose();
      renderer.dispose();
      return { textures, geometries, textureBytes, geometryBytes, living: living() };
    });
    expect(info).toEqual({ textures: 0, geometries: 0, textureBytes: 0, geometryBytes: 0, living: 0 });
  });

  it('says why when there is no WebGL', async () => {
    const message = await page.evaluate(() => {
      const element = foyer.canvas();
      element.getContext('2d');
      try {
        new foyer.LeanRenderer({ canvas: element });
        return '';
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    });
    expect(message).toMatch(/^ContextError: WebGL is not available/);
  });
});
