"use strict";
// Draws one sound as its wave and its spectrogram, and measures it.

const LEFT = 70, RIGHT = 1180, WIDE = RIGHT - LEFT;
const WAVE_TOP = 20, WAVE_HEIGHT = 140;
const SPECTRUM_TOP = 190, SPECTRUM_HEIGHT = 560;
const LOWEST = 30; // Hertz at the lower edge of the spectrogram.
const RANGE = 80; // Decibels from black to white.
const QUIET = 0.001; // -60 dB of full scale.
const FULL = 0.9999;
const USUAL_RATE = 48000;
const MOST_SEEN = 8; // Channels that are drawn.
const LOUDEST = 1e6; // Of full scale; far louder, a square is no finite number in 32 bits.

/** Samples a second as the file's own head says; null where it is not found. */
function rateOf(data) {
  const view = new DataView(data), bytes = new Uint8Array(data, 0, Math.min(data.byteLength, 4096));
  const text = String.fromCharCode(...bytes);
  if (text.startsWith("RIFF") && text.startsWith("WAVE", 8)) {
    const format = text.indexOf("fmt ");
    return format > 0 && format + 16 <= bytes.length ? view.getUint32(format + 12, true) : null;
  }
  if (text.startsWith("fLaC") && bytes.length > 21) {
    return (bytes[18] << 12) | (bytes[19] << 4) | (bytes[20] >> 4);
  }
  const vorbis = text.indexOf("\x01vorbis");
  if (text.startsWith("OggS") && vorbis > 0 && vorbis + 16 <= bytes.length) {
    return view.getUint32(vorbis + 12, true);
  }
  return text.startsWith("OggS") && text.includes("OpusHead") ? 48000 : null;
}

async function decode(data, rate) {
  const usable = rate >= 3000 && rate <= 384000;
  return new OfflineAudioContext(1, 1, usable ? rate : USUAL_RATE).decodeAudioData(data);
}

function decibels(value) {
  return value > 0 ? 20 * Math.log10(value) : null;
}

/** Put zero where a sample of floats is no finite number, and say how many there were. */
function mend(samples) {
  let mended = 0;
  for (let at = 0; at < samples.length; at += 1) {
    if (!Number.isFinite(samples[at])) {
      samples[at] = 0;
      mended += 1;
    }
  }
  return mended;
}

/** Floats can be so loud that their power is no number any more: bring those to full scale. */
function tame(channels) {
  let peak = 0;
  for (const samples of channels) {
    for (let at = 0; at < samples.length; at += 1) peak = Math.max(peak, Math.abs(samples[at]));
  }
  if (peak <= LOUDEST) return;
  for (const samples of channels) {
    for (let at = 0; at < samples.length; at += 1) samples[at] /= peak;
  }
}

function measure(samples) {
  let peak = 0, sum = 0, full = 0;
  for (let at = 0; at < samples.length; at += 1) {
    const size = Math.abs(samples[at]);
    if (size > peak) peak = size;
    if (size >= FULL) full += 1;
    sum += size * size;
  }
  return { peak: decibels(peak), level: decibels(Math.sqrt(sum / samples.length)), full };
}

/** The loudest sample of each hundredth of a second, in any channel. */
function loudness(channels, rate) {
  const step = Math.max(1, Math.round(rate / 100));
  const blocks = new Float32Array(Math.ceil(channels[0].length / step));
  for (const samples of channels) {
    for (let block = 0, at = 0; block < blocks.length; block += 1) {
      let loudest = blocks[block];
      for (const end = Math.min(at + step, samples.length); at < end; at += 1) {
        loudest = Math.max(loudest, Math.abs(samples[at]));
      }
      blocks[block] = loudest;
    }
  }
  return blocks;
}

function silence(blocks, seconds) {
  const quiet = blocks.reduce((count, peak) => count + (peak < QUIET), 0);
  const first = blocks.findIndex((peak) => peak >= QUIET);
  const last = blocks.findLastIndex((peak) => peak >= QUIET);
  const each = seconds / blocks.length;
  return {
    quiet_share: quiet / blocks.length,
    quiet_first: first < 0 ? seconds : first * each,
    quiet_last: last < 0 ? seconds : (blocks.length - 1 - last) * each,
  };
}

/** Returns a function that gives the power of each frequency in a piece of sound. */
function spectrumOf(size) {
  const window = Float32Array.from({ length: size },
    (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size));
  const cosines = Float32Array.from({ length: size / 2 }, (_, at) => Math.cos((2 * Math.PI * at) / size));
  const sines = Float32Array.from({ length: size / 2 }, (_, at) => Math.sin((2 * Math.PI * at) / size));
  const bits = Math.log2(size);
  const turned = Uint32Array.from({ length: size }, (_, at) => {
    let out = 0;
    for (let bit = 0; bit < bits; bit += 1) out |= ((at >> bit) & 1) << (bits - 1 - bit);
    return out;
  });
  const real = new Float32Array(size), imaginary = new Float32Array(size);
  const power = new Float32Array(size / 2);
  return (samples, start) => {
    for (let at = 0; at < size; at += 1) {
      const from = start + at;
      real[turned[at]] = from >= 0 && from < samples.length ? samples[from] * window[at] : 0;
    }
    imaginary.fill(0);
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let block = 0; block < size; block += 2 * half) {
        for (let at = 0; at < half; at += 1) {
          const low = block + at, high = low + half;
          const c = cosines[at * stride], s = sines[at * stride];
          const r = real[high] * c + imaginary[high] * s;
          const i = imaginary[high] * c - real[high] * s;
          real[high] = real[low] - r;
          imaginary[high] = imaginary[low] - i;
          real[low] += r;
          imaginary[low] += i;
        }
      }
    }
    for (let at = 0; at < power.length; at += 1) {
      power[at] = (real[at] ** 2 + imaginary[at] ** 2) / (size / 4) ** 2;
    }
    return power;
  };
}

/** The mean power of each frequency over the whole sound, in up to 300 places. */
function meanSpectrum(channels) {
  const length = channels[0].length;
  let size = 16384;
  while (size > 512 && size > length) size /= 2;
  const spectrum = spectrumOf(size), mean = new Float64Array(size / 2);
  const most = Math.ceil(300 / channels.length);
  const places = Math.max(1, Math.min(most, Math.ceil((2 * length) / size)));
  const step = places > 1 ? (length - size) / (places - 1) : 0;
  for (const samples of channels) {
    for (let place = 0; place < places; place += 1) {
      const power = spectrum(samples, Math.floor(place * step));
      for (let at = 0; at < mean.length; at += 1) mean[at] += power[at] / places;
    }
  }
  return { mean, size };
}

function strongest(channels, rate) {
  const { mean, size } = meanSpectrum(channels);
  const from = Math.max(2, Math.ceil((20 * size) / rate));
  let logs = 0, sum = 0, top = 0;
  for (let at = from; at < mean.length; at += 1) {
    logs += Math.log(mean[at] + 1e-20);
    sum += mean[at];
    top = Math.max(top, mean[at]);
  }
  const count = mean.length - from;
  if (top < 1e-12) return { noise: false, tones: [] };
  const tones = [];
  for (let at = from; at < mean.length - 1; at += 1) {
    if (mean[at] <= mean[at - 1] || mean[at] < mean[at + 1] || mean[at] < top * 1e-5) continue;
    const [a, b, c] = [-1, 0, 1].map((by) => Math.log(mean[at + by] + 1e-20));
    const shift = a - 2 * b + c === 0 ? 0 : (0.5 * (a - c)) / (a - 2 * b + c);
    // A tone between two frequencies of the spectrum is as loud as the curve through them.
    tones.push({ hertz: ((at + shift) * rate) / size, power: Math.exp(b - 0.25 * (a - c) * shift) });
  }
  tones.sort((one, other) => other.power - one.power);
  const apart = [];
  for (const tone of tones) {
    if (apart.length === 6) break;
    if (apart.every((other) => Math.abs(Math.log2(tone.hertz / other.hertz)) > 0.04)) apart.push(tone);
  }
  return { noise: Math.exp(logs / count) / (sum / count) > 0.3, tones: apart.map(
    ({ hertz, power }) => ({ hertz, decibels: 10 * Math.log10(power / apart[0].power) })) };
}

/** From black over purple, red and yellow to white. */
function colour(part) {
  const stops = [[0, 0, 0], [60, 15, 110], [185, 50, 95], [250, 150, 40], [255, 255, 225]];
  const place = Math.max(0, Math.min(0.9999, part)) * (stops.length - 1), at = Math.floor(place);
  return stops[at].map((low, channel) => low + (stops[at + 1][channel] - low) * (place - at));
}

function drawWave(context, channels) {
  const length = channels[0].length;
  context.fillStyle = "#f2f2f2";
  context.fillRect(LEFT, WAVE_TOP, WIDE, WAVE_HEIGHT);
  context.fillStyle = "#246";
  for (let x = 0; x < WIDE; x += 1) {
    const from = Math.floor((x * length) / WIDE);
    const to = Math.max(from + 1, Math.floor(((x + 1) * length) / WIDE));
    let low = Infinity, high = -Infinity;
    for (const samples of channels) {
      for (let at = from; at < to && at < length; at += 1) {
        if (samples[at] < low) low = samples[at];
        if (samples[at] > high) high = samples[at];
      }
    }
    if (low > high) continue;
    const y = (value) => WAVE_TOP + ((1 - Math.max(-1, Math.min(1, value))) / 2) * WAVE_HEIGHT;
    context.fillRect(LEFT + x, y(high), 1, Math.max(1, y(low) - y(high)));
  }
}

function drawSpectrogram(context, channels, rate) {
  const length = channels[0].length, top = rate / 2;
  // Long pieces tell frequencies apart, and short ones tell moments apart.
  const seconds = length > 2 * rate ? 0.085 : 0.021;
  const size = 2 ** Math.max(8, Math.round(Math.log2(rate * seconds))), spectrum = spectrumOf(size);
  const rows = Array.from({ length: SPECTRUM_HEIGHT }, (_, y) => {
    const hertz = (part) => LOWEST * (top / LOWEST) ** (1 - part / SPECTRUM_HEIGHT);
    const bin = (part) => Math.min(size / 2 - 1, (hertz(part) * size) / rate);
    return [bin(y + 1), bin(y)];
  });
  const columns = [];
  const most = Math.ceil(4 / channels.length);
  const places = Math.max(1, Math.min(most, Math.floor(length / WIDE / (size / 2))));
  let loudest = 0;
  for (let x = 0; x < WIDE; x += 1) {
    const sums = new Float32Array(size / 2);
    for (const samples of channels) {
      for (let place = 0; place < places; place += 1) {
        const centre = ((x + (place + 0.5) / places) * length) / WIDE;
        const power = spectrum(samples, Math.floor(centre - size / 2));
        for (let at = 0; at < sums.length; at += 1) sums[at] += power[at] / places;
      }
    }
    for (const value of sums) loudest = Math.max(loudest, value);
    columns.push(sums);
  }
  const image = context.createImageData(WIDE, SPECTRUM_HEIGHT);
  for (let x = 0; x < WIDE; x += 1) {
    for (let y = 0; y < SPECTRUM_HEIGHT; y += 1) {
      const [from, to] = rows[y];
      let value = 0;
      if (to - from < 1) {
        const at = Math.min(size / 2 - 2, Math.floor(to)), part = to - at;
        value = columns[x][at] * (1 - part) + columns[x][at + 1] * part;
      } else {
        for (let at = Math.floor(from); at < to; at += 1) value = Math.max(value, columns[x][at]);
      }
      const below = loudest > 0 ? 10 * Math.log10(value / loudest + 1e-20) : -RANGE;
      const pixel = (y * WIDE + x) * 4;
      colour(1 + below / RANGE).forEach((part, channel) => { image.data[pixel + channel] = part; });
      image.data[pixel + 3] = 255;
    }
  }
  context.putImageData(image, LEFT, SPECTRUM_TOP);
  return top;
}

function drawScales(context, seconds, top) {
  const bottom = SPECTRUM_TOP + SPECTRUM_HEIGHT;
  context.fillStyle = "#000";
  context.font = "13px sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const hertz of [50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000]) {
    if (hertz > top) break;
    const y = bottom - (Math.log(hertz / LOWEST) / Math.log(top / LOWEST)) * SPECTRUM_HEIGHT;
    context.fillText(hertz < 1000 ? `${hertz} Hz` : `${hertz / 1000} kHz`, LEFT - 8, y);
    context.fillRect(LEFT - 5, y, 5, 1);
  }
  for (const [value, y] of [["1", 0], ["0", 0.5], ["-1", 1]]) {
    context.fillText(value, LEFT - 8, WAVE_TOP + y * WAVE_HEIGHT);
  }
  const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800];
  const step = steps.find((each) => seconds / each <= 12) ?? 3600;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  context.textAlign = "center";
  for (let tick = 0; tick * step <= seconds * 1.0001; tick += 1) {
    const x = LEFT + ((tick * step) / seconds) * WIDE;
    context.fillText(`${(tick * step).toFixed(digits)} s`, x, bottom + 18);
    context.fillRect(x, bottom, 1, 6);
  }
}

async function draw() {
  const data = await (await fetch("file")).arrayBuffer();
  const rate = rateOf(data);
  const sound = await decode(data, rate);
  const channels = Array.from({ length: sound.numberOfChannels }, (_, at) => sound.getChannelData(at));
  if (sound.length === 0) throw new Error("empty");
  const mended = channels.map(mend);
  const measured = channels.map((samples, at) => ({ ...measure(samples), no_numbers: mended[at] }));
  const seen = channels.slice(0, MOST_SEEN), seconds = sound.duration;
  const quiet = silence(loudness(channels, sound.sampleRate), seconds);
  const context = document.querySelector("canvas").getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 1200, 800);
  drawWave(context, seen);
  tame(seen);
  const top = drawSpectrogram(context, seen, sound.sampleRate);
  drawScales(context, seconds, top);
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return {
    seconds, rate, top,
    channels: measured,
    ...quiet,
    ...strongest(seen, sound.sampleRate),
  };
}

const outcome = draw().catch((error) => ({ problem: String(error) }));
