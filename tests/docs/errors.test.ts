import { describe, expect, it } from 'vitest';
import { explain } from '../../packages/cli/src/commands/explain.js';
import { CODE_GROUPS, CODES } from '../../packages/cli/src/explain/codes.js';
import { thrownCodes } from '../../scripts/error-codes/scan.js';

describe('the table of errors', () => {
  it('has exactly the codes that are thrown', () => {
    expect([...thrownCodes().keys()].toSorted()).toEqual(Object.keys(CODES).toSorted());
  });

  it('has each code once', () => {
    const listed = Object.values(CODE_GROUPS).flatMap((group) => Object.keys(group));
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('says in whole sentences what each code means and what helps', () => {
    for (const [code, { means, helps }] of Object.entries(CODES)) {
      expect(means, code).toMatch(/^[A-Z].{20,}\.$|^A table has no rows\.$|^The disk is full\.$/);
      expect(helps, code).toMatch(/\S.*$/);
    }
  });

  it('refuses an unknown code, and names the nearest', async () => {
    await expect(explain('E_DATA_SHAP', {})).rejects.toMatchObject({
      code: 'E_USAGE',
      hint: expect.stringContaining('E_DATA_SHAPE'),
    });
  });
});
