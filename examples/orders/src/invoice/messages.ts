import type { Messages } from './texts';

/** @throws Error when there are no texts for `locale` */
export async function loadMessages(locale: string): Promise<Messages> {
  switch (locale) {
    case 'de-DE':
      return (await import('./messages.de')).messages;
    case 'en-GB':
      return (await import('./messages.en')).messages;
    default:
      throw new Error(`There are no texts for '${locale}': set INVOICE_LOCALE to de-DE or en-GB.`);
  }
}
