import type { DomainHealth } from '../../lambdas/core/domain-health/finding';
import type { DomainHealths } from '../../lambdas/core/domain-health/ports';

/** What every `DomainHealths` promises. */
export function describeDomainHealths(name: string, create: () => Promise<DomainHealths>): void {
  describe(`domain healths: ${name}`, () => {
    const health: DomainHealth = {
      ...{ domain: 'mg.example.com', atMs: 2, canSend: 'no' },
      findings: [
        {
          ...{ code: 'mx-missing', severity: 'warning', message: 'words' },
          record: { type: 'MX', name: 'mg.example.com', value: 'mxa.mailgun.org', priority: 10 },
        },
        { code: 'domain-unverified', severity: 'error', message: 'words' },
      ],
    };
    let healths: DomainHealths;

    beforeEach(async () => {
      healths = await create();
    });

    it('knows nothing at first', async () => {
      expect(await healths.read('mg.example.com')).toBeUndefined();
    });

    it('keeps what was found of each domain, and what was told', async () => {
      await healths.keep(health, ['domain-unverified']);
      await healths.keep({ ...health, domain: 'b.example.com', findings: [] }, []);

      expect(await healths.read('mg.example.com')).toEqual({ health, told: ['domain-unverified'] });
    });

    it('keeps the later of two', async () => {
      await healths.keep(health, ['a']);
      await healths.keep({ ...health, atMs: 3, findings: [] }, []);
      await healths.keep({ ...health, atMs: 1 }, ['b']);

      expect(await healths.read('mg.example.com')).toMatchObject({ health: { atMs: 3 }, told: [] });
    });
  });
}
