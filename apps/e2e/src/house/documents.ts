import { PDFDocument, StandardFonts } from 'pdf-lib';

export interface PageOfText {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** A born-digital PDF with one heading and some lines on each page. */
export async function pdfOf(name: string, pages: readonly PageOfText[]): Promise<File> {
  const document = await PDFDocument.create();
  const [regular, bold] = [await document.embedFont(StandardFonts.Helvetica), await document.embedFont(StandardFonts.HelveticaBold)];
  for (const { heading, lines } of pages) {
    const page = document.addPage([595, 842]);
    page.drawText(heading, { x: 60, y: 760, size: 18, font: bold });
    lines.forEach((line, index) => page.drawText(line, { x: 60, y: 720 - index * 18, size: 11, font: regular }));
  }
  return fileOf(name, await document.save({ useObjectStreams: false }), 'application/pdf');
}

/** A PDF whose only page is a drawing: nothing to read, as from a scanner. */
export async function pdfWithoutText(name: string): Promise<File> {
  const document = await PDFDocument.create();
  document.addPage([595, 842]).drawRectangle({ x: 100, y: 100, width: 300, height: 300 });
  return fileOf(name, await document.save(), 'application/pdf');
}

export function fileOf(name: string, content: string | Uint8Array, type: string): File {
  return new File([typeof content === 'string' ? content : new Uint8Array(content)], name, { type });
}

/** The smallest valid picture of one pixel. */
export const onePixelPng = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

/** An invented ward protocol that no other document of the product speaks about. */
export const protocolPages: readonly PageOfText[] = [
  { heading: 'Zephyrol infusion: preparation', lines: ['Zephyrol is dissolved in 250 ml of sodium chloride 0.9 % before infusion.', 'The solution is protected from light and used within 6 hours.', 'Do not mix zephyrol with bicarbonate in the same line.'] },
  { heading: 'Zephyrol infusion: monitoring', lines: ['Blood pressure is measured every 15 minutes during the zephyrol infusion.', 'Stop the infusion when systolic pressure falls below 90 mmHg.', 'Potassium is checked 4 hours after the end of the infusion.'] },
];
