/** Gives a canvas of so many CSS pixels as many pixels as the screen has for it. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): void {
  const pixelWidth = Math.round(width * window.devicePixelRatio);
  const pixelHeight = Math.round(height * window.devicePixelRatio);
  if (canvas.width === pixelWidth && canvas.height === pixelHeight) return;
  canvas.width = pixelWidth;
  canvas.height = pixelHeight;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}
