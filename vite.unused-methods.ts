import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

// Bundlers keep every method of a class that they keep. three's classes have hundreds that the built page never calls.

/** A node of the syntax tree (ESTree), as far as it is walked here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

interface Method {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The methods of classes in a program, and every name that it may call one by: members, keys and whole strings. */
interface Names {
  readonly methods: readonly Method[];
  readonly uses: readonly { readonly name: string; readonly at: number }[];
}

function namesOf(code: string, program: Node): Names {
  const methods: Method[] = [];
  const uses: { name: string; at: number }[] = [];
  const use = (node: Node | null | undefined) => {
    if (node?.type === 'Identifier') uses.push({ name: node.name as string, at: node.start });
  };
  /** The method of a class of three's that is being visited: its calls of that name are no use, whoever's it is. */
  let method: string | undefined;
  let isThrees = false;
  const visitWithin = (node: Node, inside: string | undefined): void => {
    const outer = method;
    method = inside;
    visit(node);
    method = outer;
  };
  const visit = (node: Node): void => {
    if (node.type === 'ClassBody') {
      const outer = isThrees;
      isThrees = /\.is[A-Z]\w+=!0/.test(code.slice(node.start, node.end));
      for (const member of node.body as Node[]) visit(member);
      isThrees = outer;
      return;
    }
    if (node.type === 'MethodDefinition' && !node.computed && node.kind === 'method') {
      const key = node.key as Node;
      if (key.type === 'Identifier') {
        methods.push({ name: key.name as string, start: node.start, end: node.end });
        visitWithin(node.value as Node, isThrees ? (key.name as string) : undefined);
        return;
      }
    } else if (isMember(node) && (node.property as Node).name === method) {
      visit(node.object as Node);
      return;
    } else if (node.type === 'AssignmentExpression' && node.operator === '=' && isMember(node.left)) {
      // `mesh.raycast = …` calls nothing of three's.
      visit(node.left.object as Node);
      visit(node.right as Node);
      return;
    } else if (node.type === 'MemberExpression') {
      if (!node.computed) use(node.property as Node);
    } else if (node.type === 'Property' || node.type === 'PropertyDefinition') use(node.key as Node);
    else if (node.type === 'Literal' && typeof node.value === 'string') uses.push({ name: node.value, at: node.start });
    for (const child of Object.values(node)) {
      if (Array.isArray(child)) for (const each of child) isNode(each) && visit(each);
      else if (isNode(child)) visit(child);
    }
  };
  visit(program);
  return { methods, uses };
}

/** Whether it is `object.name`. */
function isMember(value: unknown): value is Node {
  return isNode(value) && value.type === 'MemberExpression' && !value.computed;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** What follows a dot in the files under `folder`: what the tests of the page may call. */
function membersNamedUnder(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  const texts = files.map(file => readFileSync(join(folder, file), 'utf8'));
  return new Set(texts.flatMap(text => [...text.matchAll(/\.([\w$]+)/g)].map(([, name]) => name)));
}

/**
 * Drops from the built page the methods of three's classes that nothing on it names, nor its tests: no code but that which is dropped itself. The library keeps them all: there the page has three's objects in its hands.
 */
export function unusedMethodsOfThree(): Plugin {
  const ofThree = new Set<string>();
  return {
    name: 'unused-methods-of-three',
    apply: 'build',
    transform: {
      filter: { id: /\/three\/src\/.*\.js$/ },
      handler(code) {
        for (const { name } of namesOf(code, this.parse(code) as unknown as Node).methods) ofThree.add(name);
      },
    },
    generateBundle: {
      order: 'pre',
      handler(_, bundle) {
        const ofTests = membersNamedUnder(resolve(import.meta.dirname, 'test/browser'));
        const chunks = Object.values(bundle).filter(file => file.type === 'chunk');
        const names = new Map(chunks.map(chunk => [chunk, namesOf(chunk.code, this.parse(chunk.code) as unknown as Node)]));
        const inside = (at: number, methods: readonly Method[]) => methods.some(({ start, end }) => at > start && at < end);
        const dropped = new Map(chunks.map(chunk => [chunk, [] as Method[]]));
        for (;;) {
          const used = new Set<string>();
          for (const [chunk, { uses }] of names)
            for (const { name, at } of uses) if (!inside(at, dropped.get(chunk) ?? [])) used.add(name);
          let more = 0;
          for (const [chunk, { methods }] of names) {
            const unused = methods.filter(({ name }) => ofThree.has(name) && !ofTests.has(name) && !used.has(name));
            more += unused.length - (dropped.get(chunk)?.length ?? 0);
            dropped.set(chunk, unused);
          }
          if (more === 0) break;
        }
        for (const [chunk, methods] of dropped)
          for (const { start, end } of [...methods].sort((a, b) => b.start - a.start))
            chunk.code = chunk.code.slice(0, start) + chunk.code.slice(end);
      },
    },
  };
}
