/** Whether `text` has the form of a region's name; whether there is such a region, only AWS knows. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text);
}
