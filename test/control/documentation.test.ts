import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTE_KEYS } from '../../lambdas/control/create-control-handler';

const text = readFileSync(join(__dirname, '../../docs/control-api.md'), 'utf8');
const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-'),
);

/** Routes of the table at the top, with the section each links to. */
const routes = [...text.matchAll(/^\| \[`((?:GET|POST|DELETE) [^`]+)`\]\(#([^)]+)\)/gm)];

/** What tells a change from others: the last word of its path that is no parameter. */
const kindOf = (path: string): string | undefined =>
  path.split('/').findLast((part) => /^[a-z]+$/.test(part));

describe('the documentation of the control API', () => {
  it('lists every route that is answered, and no other', () => {
    expect(routes.map(([, route]) => route).sort()).toEqual([...ROUTE_KEYS].sort());
  });

  it('explains each in a section', () => {
    const linked = routes.map(([, , section = '']) => section);

    expect(linked.filter((section) => !headings.includes(section))).toEqual([]);
  });

  it('shows a call of every change', () => {
    const called = new Set(
      [...text.matchAll(/-X (POST|DELETE) "\$CONTROL_API_URL([^"]+)"/g)].map(
        ([, method = '', path = '']) => `${method} ${kindOf(path)}`,
      ),
    );
    const changes = ROUTE_KEYS.filter((route) => !route.startsWith('GET ')).map((route) => {
      const [method = '', path = ''] = route.split(' ');
      return `${method} ${kindOf(path)}`;
    });

    expect(changes.filter((change) => !called.has(change))).toEqual([]);
  });
});
