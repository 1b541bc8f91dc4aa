import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const weighty = ['serious', 'critical'];

/** What hinders people badly on the page as it stands, each with the elements concerned; by axe-core, WCAG 2.2 AA included. */
export async function seriousBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => weighty.includes(impact ?? ''))
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
