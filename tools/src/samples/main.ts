import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Prints the sample documents that ship as PDF from their Markdown sources. */
const source = fileURLToPath(new URL('../../../apps/standalone/samples-src/', import.meta.url));
const target = fileURLToPath(new URL('../../../apps/standalone/samples/', import.meta.url));
const printed = ['hand-hygiene', 'sharps-injury'];

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** The samples use headings, one quote and paragraphs only. */
function html(markdown: string): string {
  const blocks = markdown.trim().split(/\n{2,}/).map((block) => {
    if (block.startsWith('## ')) return `<h2>${escape(block.slice(3))}</h2>`;
    if (block.startsWith('# ')) return `<h1>${escape(block.slice(2))}</h1>`;
    if (block.startsWith('> ')) return `<p class="notice">${escape(block.slice(2))}</p>`;
    return `<p>${escape(block)}</p>`;
  });
  const style = 'body{font:12pt/1.5 serif}h1{font-size:20pt}h2{font-size:14pt}.notice{border:1pt solid;padding:6pt;font-weight:bold}h2:nth-of-type(4){break-before:page}';
  return `<!doctype html><meta charset="utf-8"><style>${style}</style>${blocks.join('')}`;
}

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage();
for (const name of printed) {
  const markdown = await readFile(`${source}${name}.md`, 'utf8');
  await page.setContent(`<title>${escape(markdown.split('\n')[0]?.slice(2) ?? name)}</title>${html(markdown)}`);
  await page.pdf({ path: `${target}${name}.pdf`, format: 'A4', margin: { top: '2cm', bottom: '2cm', left: '2cm', right: '2cm' } });
  console.log(`printed ${name}.pdf`);
}
await browser.close();
