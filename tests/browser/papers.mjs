// What patients send: photos and papers made here, by a real encoder each.

/** A photo as a telephone takes it: a JPEG drawn and encoded by the browser. */
export const photo = (studio, words) => drawn(studio, words, [1200, 900], 0);

/** One as heavy as they are: grain, the same at each run, that no encoder makes small. */
export const heavyPhoto = (studio, words) => drawn(studio, words, [2800, 2100], 33);

async function drawn(studio, words, [width, height], grain) {
  const url = await studio.evaluate(([words, width, height, grain]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#d9e4ea';
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = '#fff';
    pen.fillRect(width * 0.08, height * 0.12, width * 0.84, height * 0.76);
    pen.fillStyle = '#7b98a8';
    pen.fillRect(width * 0.13, height * 0.36, width * 0.22, height * 0.4);
    pen.fillStyle = '#14212b';
    pen.font = `600 ${height * 0.07}px sans-serif`;
    words.split('\n').forEach((line, at) => pen.fillText(line, width * (at ? 0.4 : 0.13), height * (at ? 0.34 + 0.12 * at : 0.26)));
    const image = pen.getImageData(0, 0, width, height);
    let state = 1;
    for (let at = 0; grain > 0 && at < image.data.length; at += 4) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      const speck = ((state >>> 16) % grain) - grain / 2;
      for (const channel of [0, 1, 2]) image.data[at + channel] += speck;
    }
    pen.putImageData(image, 0, 0);
    return canvas.toDataURL('image/jpeg', 0.9);
  }, [words, width, height, grain]);
  return Buffer.from(url.split(',')[1], 'base64');
}

/** A paper as a scanner or an office programme gives it: a PDF printed by the browser. */
export async function paper(studio, words) {
  await studio.setContent(`<h1>${words}</h1>${'<p>Document fictif, pour la démonstration.</p>'.repeat(8)}`);
  return studio.pdf({ format: 'A4' });
}

export const jpeg = (name, buffer) => ({ name: `${name}.jpg`, mimeType: 'image/jpeg', buffer });
export const pdf = (name, buffer) => ({ name: `${name}.pdf`, mimeType: 'application/pdf', buffer });
