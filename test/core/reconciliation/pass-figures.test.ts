import { passFigures, type PassMade } from '../../../lambdas/core/reconciliation/pass-figures';

const HOUR_MS = 3_600_000;

const figures = (about: Partial<PassMade> = {}) =>
  passFigures({
    submission: { recipients: 10 },
    outcomes: { recovered: 2, known: 7 },
    ...{ isOver: true, isRead: true, isLast: true, ageMs: 23 * HOUR_MS },
    ...about,
  });

describe('a pass', () => {
  it('that is the last says who is outstanding, of how many', () => {
    expect(figures()).toEqual({ recovered: 2, compared: 10, concluded: 10, outstanding: 3 });
  });

  it.each([
    ['that is not over has compared nobody', { isOver: false }, { recovered: 2 }],
    ['that others follow calls nobody outstanding', { isLast: false }, { compared: 10 }],
    ['of a record that nobody may read has compared nobody', { isRead: false }, { concluded: 10 }],
    ['made while Mailgun still tries calls nobody outstanding', { ageMs: 8 * HOUR_MS }, {}],
  ])('%s', (_what, about, has) => {
    const given = figures(about);

    expect(given).toMatchObject(has);
    expect(Object.keys(given)).not.toEqual(Object.keys(figures()));
  });

  it('calls nobody outstanding where more is known than was sent', () => {
    expect(figures({ outcomes: { recovered: 0, known: 11 } })).toMatchObject({ outstanding: 0 });
  });
});
