import { RouteTable } from '../../../../local/cloud/http/route-table';

const table = (...routeKeys: string[]) =>
  new RouteTable(
    routeKeys.map((routeKey) => ({ routeKey, functionArn: routeKey, authorization: 'NONE' })),
  );

const all = table(
  '$default',
  'ANY /{proxy+}',
  'ANY /pets/{id}',
  'GET /pets/{id}',
  'GET /pets/mine',
  'POST /pets/{id}/toys/{toy}',
);

it.each([
  ['GET', '/pets/mine', 'GET /pets/mine', {}],
  ['GET', '/pets/7', 'GET /pets/{id}', { id: '7' }],
  ['PUT', '/pets/mine', 'ANY /pets/{id}', { id: 'mine' }],
  ['POST', '/pets/7/toys/ball', 'POST /pets/{id}/toys/{toy}', { id: '7', toy: 'ball' }],
  ['GET', '/pets/7/toys/ball', 'ANY /{proxy+}', { proxy: 'pets/7/toys/ball' }],
  ['GET', '/pets/a%40b', 'GET /pets/{id}', { id: 'a@b' }],
  ['GET', '/pets/%E0%A4%A', 'GET /pets/{id}', { id: '%E0%A4%A' }],
  ['GET', '/', '$default', {}],
])('sends %s %s to %s', (method, path, routeKey, pathParameters) => {
  const matched = all.match(method, path);

  expect(matched?.route.routeKey).toBe(routeKey);
  expect(matched?.pathParameters).toEqual(pathParameters);
});

it('matches nothing without a route or a default', () => {
  const routes = table('POST /hooks');

  expect(routes.match('POST', '/other')).toBeUndefined();
  expect(routes.match('GET', '/hooks')).toBeUndefined();
});

it('takes characters of a path literally', () => {
  expect(table('GET /a.b').match('GET', '/axb')).toBeUndefined();
});
