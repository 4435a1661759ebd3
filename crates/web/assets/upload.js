// Sends each chosen file in parts (tus 1.0.0) and goes on after an outage. Without it the form sends them whole.
(() => {
  const form = document.querySelector("form[data-uploads]");
  if (!form || !window.fetch || !window.createImageBitmap) return;
  const { uploads, kind, sending, waiting, done, failed } = form.dataset;
  const input = form.querySelector("input[type=file]"), button = form.querySelector("button:not([type])");
  const list = document.getElementById("sending"), told = document.getElementById("told");
  const PART = 384 * 1024, SIDE = 2500, LONGEST_WAIT = 8000, GIVE_UP = 10 * 60 * 1000;
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  // Photos only, and only when that makes them smaller; the browser turns them as they were taken.
  const shrunk = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      if (scale === 1) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
      return small && small.size < file.size ? small : file;
    } catch { return file; }
  };

  const ask = (method, address, headers, body) => fetch(address, {
    method, body, credentials: "same-origin",
    headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": form.elements.csrf.value, ...headers },
  });
  const refusal = async (answer) => {
    const problem = await answer.json().catch(() => ({}));
    return Object.assign(new Error(problem.detail || ""), { final: true });
  };

  const send = async (name, body, shows) => {
    let address = null, offset = 0, wait = 500, unsure = false, since = Date.now();
    for (;;) {
      try {
        if (!address) {
          const made = await ask("POST", uploads, {
            "Upload-Length": body.size, "Upload-Metadata": `kind ${base64(kind)},filename ${base64(name)}`,
          });
          if (made.status >= 500 || made.status === 429) throw new Error();
          if (!made.ok) throw await refusal(made);
          [address, offset, unsure] = [made.headers.get("Location"), 0, false];
        }
        if (unsure) {
          const known = await ask("HEAD", address, {});
          if (known.status === 404 || known.status === 410) { address = null; continue; }
          if (!known.ok) throw new Error();
          [offset, unsure] = [Number(known.headers.get("Upload-Offset")), false];
        }
        const answer = await ask("PATCH", address, {
          "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream",
        }, body.slice(offset, offset + PART));
        if (answer.status === 404 || answer.status === 410) { address = null; continue; }
        if (answer.status >= 500 || answer.status === 429) throw new Error();
        if (!answer.ok) {
          const why = await refusal(answer.clone());
          const { type } = await answer.json().catch(() => ({}));
          if (answer.status === 409 && /upload-offset$/.test(type)) { unsure = true; continue; }
          throw why;
        }
        offset = Number(answer.headers.get("Upload-Offset"));
        [wait, since] = [500, Date.now()];
        shows(offset / body.size);
        if (offset >= body.size) return;
      } catch (error) {
        if (error.final || Date.now() - since > GIVE_UP) throw error;
        unsure = true;
        told.textContent = `${waiting} ${name}`;
        await pause(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  };

  const row = (name) => {
    const line = document.createElement("li"), words = document.createElement("span");
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", `${sending} ${name}`);
    words.textContent = `${sending} ${name} `;
    line.append(words, bar);
    list.append(line);
    return { line, bar, words };
  };

  // The list as the server knows it, without leaving the page: what failed stays in sight.
  const refresh = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const [old, fresh] = [document.getElementById("files"), page.getElementById("files")];
    if (!fresh) return;
    old.replaceWith(fresh);
    const last = [...fresh.querySelectorAll("button")].pop();
    if (last) last.focus();
  };

  const all = async (files) => {
    button.disabled = true;
    const ended = [];
    for (const file of files) {
      const { line, bar, words } = row(file.name);
      told.textContent = `${sending} ${file.name}`;
      try {
        await send(file.name, await shrunk(file), (part) => { bar.value = Math.round(part * 100); });
        line.remove();
        ended.push(`${done} ${file.name}`);
      } catch (error) {
        bar.remove();
        line.className = "error";
        words.textContent = `${failed} ${file.name}. ${error.message}`;
        ended.push(words.textContent);
      }
    }
    input.value = "";
    button.disabled = false;
    await refresh().catch(() => {});
    told.textContent = ended.join(" ");
  };

  input.addEventListener("change", () => { if (input.files.length) all([...input.files]); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length) all([...input.files]); else input.focus();
  });
})();
