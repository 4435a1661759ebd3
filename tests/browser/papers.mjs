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

/** A Data Matrix (ISO/IEC 16022) of 24 × 24 squares, a row in each number: AMC=99100001;ADHERENT=AB12345678;FIN=20281231. */
const CODE = [
  'aaaaaa', 'b3ac5b', '9f0718', 'e8e369', 'aa5ee2', '8a5583', 'a02a08', '8de663',
  'c1defe', '883b15', 'f512fc', 'c0f7a9', 'a65fa8', 'cab475', 'b002a0', '872493',
  '9e4ae2', 'f120b7', 'a567c2', '8ca1d9', 'c4e52e', '9a3295', 'd02a42', 'ffffff',
];

/** The card of a complementary cover: print, and a square code. */
export async function card(studio) {
  const url = await studio.evaluate((rows) => {
    const [width, height, square, left, top] = [1000, 630, 9, 640, 300];
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#eef2f4';
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = '#14212b';
    pen.font = '600 44px sans-serif';
    ['Mutuelle des Tests', 'Camille EXEMPLE', 'N° AMC 99100001', 'Adhérent AB12345678'].forEach((line, at) => pen.fillText(line, 60, 100 + 120 * at));
    rows.forEach((row, y) => {
      const bits = parseInt(row, 16).toString(2).padStart(rows.length, '0');
      [...bits].forEach((bit, x) => bit === '1' && pen.fillRect(left + x * square, top + y * square, square, square));
    });
    return canvas.toDataURL('image/jpeg', 0.92);
  }, CODE);
  return Buffer.from(url.split(',')[1], 'base64');
}

/** A paper as a scanner or an office programme gives it: a PDF printed by the browser. */
export async function paper(studio, words) {
  await studio.setContent(`<h1>${words}</h1>${'<p>Document fictif, pour la démonstration.</p>'.repeat(8)}`);
  return studio.pdf({ format: 'A4' });
}

export const jpeg = (name, buffer) => ({ name: `${name}.jpg`, mimeType: 'image/jpeg', buffer });
export const pdf = (name, buffer) => ({ name: `${name}.pdf`, mimeType: 'application/pdf', buffer });
