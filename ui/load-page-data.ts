import { fetchOrExplain } from './load-profile';
import { PAGE_DATA_ID, type PageData } from './page-data';

/** What the page is about: out of the page itself, or from the server that served it. */
export async function loadPageData(): Promise<PageData> {
  const embedded = document.getElementById(PAGE_DATA_ID);
  if (embedded) return JSON.parse(embedded.textContent ?? '') as PageData;
  const response = await fetchOrExplain('./data/index.json');
  return (await response.json()) as PageData;
}
