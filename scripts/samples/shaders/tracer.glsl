// The camera and the light. A room's file and then a subject's stand before this one. The room defines:
//   room(o, d, n, id)     distance to the room and what stands in it
//   roomMat(p, n, id)
//   LIGHTS, lamp(i, ...)  rectangles that shine
//   AMBIENT               what the walls send back, roughly
//   SKY                   true where what shines is more than the lamps
// The subject defines:
//   LOW, HIGH             its bounds
//   subject(p)            its signed distance
//   subjectMat(p, n)      what it is made of
//   STRIDE                how far to trust the distance; STEPS, where it has to be trusted often
//   GLASS_SHADOW          the light that its shadow keeps
// and where it has panes (PANES): shell(p), what one is inside of behind one; cabin(p), what stands there; cabinLight(p), how that looks.
#ifndef SKY
#define SKY false
#endif
#ifndef STEPS
#define STEPS 160
#endif
uniform vec2 uSize;
uniform vec2 uOffset;
uniform float uSamples;
uniform float uMatte;
uniform float uClosed;  // 1: what is seen through panes is black
uniform vec3 uEye;
uniform vec3 uTarget;
uniform float uFocal;   // 35 mm equivalent over 36 mm
uniform float uLens;    // radius of the lens, metres
uniform float uFocus;   // distance in focus, metres
// What reaches the lens; what falls on matte surfaces; their colour; where they face.
layout(location = 0) out vec4 light;      // a: how much of the pixel is the subject
layout(location = 1) out vec4 falling;    // a: distance
layout(location = 2) out vec4 colour;
layout(location = 3) out vec4 facing;

uint pixelSeed;
uint sampleIndex;
uint dimension;

uint mixed(uint x) { x ^= x >> 16; x *= 0x7feb352du; x ^= x >> 15; x *= 0x846ca68bu; return x ^ (x >> 16); }

// A low-discrepancy sequence (Roberts' R2), shifted by a hash of the pixel and the dimension.
vec2 rnd2() {
  dimension += 1u;
  uint h = mixed(pixelSeed + dimension * 0x9e3779b9u);
  vec2 shift = vec2(float(h & 0xffffu), float(h >> 16)) / 65536.0;
  return fract(shift + float(sampleIndex) * vec2(0.7548776662, 0.5698402910));
}

vec3 onHemisphere(vec3 n, vec2 r) {
  float a = 6.2831853 * r.x;
  float z = 1.0 - 2.0 * r.y;
  return normalize(n + vec3(sqrt(max(0.0, 1.0 - z * z)) * vec2(cos(a), sin(a)), z) * 0.999);
}

vec3 gradient(vec3 p, float e) {
  vec2 k = vec2(1.0, -1.0);
  return normalize(k.xyy * subject(p + k.xyy * e) + k.yyx * subject(p + k.yyx * e) + k.yxy * subject(p + k.yxy * e) + k.xxx * subject(p + k.xxx * e));
}

bool bounds(vec3 o, vec3 d, out float near, out float far) {
  vec3 a = (LOW - o) / d;
  vec3 b = (HIGH - o) / d;
  vec3 lo = min(a, b);
  vec3 hi = max(a, b);
  near = max(max(lo.x, lo.y), max(lo.z, 0.0));
  far = min(hi.x, min(hi.y, hi.z));
  return near < far;
}

// Sphere tracing; -1 when the subject is missed.
float march(vec3 o, vec3 d, float reach) {
  float near, far;
  if (!bounds(o, d, near, far)) return -1.0;
  far = min(far, reach);
  float t = near;
  for (int i = 0; i < STEPS; i++) {
    float h = subject(o + d * t);
    if (h < 0.00025 * (1.0 + t * 0.6)) return t;
    t += h * STRIDE;
    if (t > far) return -1.0;
  }
  return t;
}

bool hitSubject;

float trace(vec3 o, vec3 d, out vec3 n, out Mat m) {
  int id;
  float t = room(o, d, n, id);
  float s = march(o, d, t);
  hitSubject = s >= 0.0;
  if (hitSubject) {
    vec3 p = o + d * s;
    n = gradient(p, 0.0004 + 0.0001 * s);
    m = subjectMat(p, n);
    return s;
  }
  m = roomMat(o + d * t, n, id);
  return t;
}

vec3 shadow(vec3 p, vec3 d, float reach) {
  vec3 n;
  int id;
  if (room(p, d, n, id) < reach - 0.01) return vec3(0.0);
  return march(p, d, reach) < 0.0 ? vec3(1.0) : GLASS_SHADOW;
}

// One light, chosen at random, one point on it: what falls on the surface, over pi.
vec3 incident(vec3 p, vec3 n) {
  vec2 pick = rnd2();
  int i = min(LIGHTS - 1, int(pick.x * float(LIGHTS)));
  vec3 c, a, b, e;
  lamp(i, c, a, b, e);
  vec2 r = rnd2() * 2.0 - 1.0;
  vec3 to = c + a * r.x + b * r.y - p;
  float d2 = dot(to, to);
  vec3 l = to * inversesqrt(d2);
  vec3 front = cross(a, b) * 4.0;
  float seen = max(0.0, dot(n, l));
  float cosine = -dot(l, front);
  if (seen <= 0.0 || cosine <= 0.0) return vec3(0.0);
  return e * shadow(p + n * 0.002, l, sqrt(d2) - 0.01) * seen * cosine / max(d2, 0.01) * float(LIGHTS) / 3.14159;
}

// Light from a direction, with one more shadow ray and what the walls send back.
vec3 glimpse(vec3 o, vec3 d, bool sharp, out float t) {
  vec3 n;
  Mat m;
  t = trace(o, d, n, m);
  vec3 p = o + d * t;
  vec3 sum = sharp || SKY ? m.emit : vec3(0.0);
  if (m.glass) return sum + AMBIENT * m.tint * 0.4;
  return sum + m.albedo * (AMBIENT * (0.75 + 0.25 * n.y) + incident(p, n));
}

float schlick(float cosine, float f0) { return f0 + (1.0 - f0) * pow(1.0 - clamp(cosine, 0.0, 1.0), 5.0); }

// `fell` is what the matte part of the surface was given: the denoiser works on that, so that textures stay.
vec3 shade(vec3 p, vec3 d, vec3 n, inout Mat m, out vec3 fell) {
  float t;
  vec3 start = p + n * 0.002;
  fell = incident(p, n) + glimpse(start, onHemisphere(n, rnd2()), false, t);
  vec3 sum = m.emit + m.albedo * fell;
  if (m.gloss > 0.0) {
    vec3 rough = onHemisphere(n, rnd2()) - n;
    vec3 l = normalize(reflect(d, n) + rough * m.rough * m.rough * 1.2);
    if (dot(l, n) > 0.0) sum += m.gloss * m.tint * min(glimpse(start, l, true, t), vec3(5.0)) * 0.9;
  }
  if (m.coat > 0.0) {
    float f = m.coat * schlick(-dot(d, n), 0.045);
    vec3 l = reflect(d, n);
    l = normalize(l + (onHemisphere(n, rnd2()) - n) * m.blur);
    sum = sum * (1.0 - f) + f * glimpse(start, l, true, t);
    m.albedo *= 1.0 - f;
  }
  return sum;
}

// Glass with something in it: in, through, out again.
vec3 shadeGlass(vec3 p, vec3 d, vec3 n, Mat m) {
  float t;
  float f = schlick(-dot(d, n), 0.04);
  vec3 sum = f * glimpse(p + n * 0.002, reflect(d, n), true, t);
  vec3 through = vec3(1.0 - f);
  vec3 o = p - n * 0.003;
  vec3 l = refract(d, n, 1.0 / m.ior);
  for (int bounce = 0; bounce < 3; bounce++) {
    float s = 0.0;
    for (int i = 0; i < 90; i++) {
      float h = -subject(o + l * s);
      if (h < 0.0003) break;
      s += h * STRIDE;
    }
    vec3 q = o + l * s;
    through *= exp(-m.absorb * s);
    vec3 inward = -gradient(q, 0.0006);
    Mat back = subjectMat(q, -inward);
    if (!back.glass) {
      // The label's or cap's back, seen through the glass.
      return sum + through * back.albedo * AMBIENT * 0.5;
    }
    vec3 outside = refract(l, inward, m.ior);
    if (dot(outside, outside) > 0.0) {
      float g = schlick(-dot(l, inward), 0.04);
      return sum + through * (1.0 - g) * glimpse(q - inward * 0.004, outside, true, t);
    }
    l = reflect(l, inward);
    o = q + inward * 0.003;
  }
  return sum + through * AMBIENT * 0.3;
}

#ifdef PANES
vec3 shellNormal(vec3 p) {
  vec2 k = vec2(1.0, -1.0);
  float e = 0.0006;
  return normalize(k.xyy * shell(p + k.xyy * e) + k.yyx * shell(p + k.yyx * e) + k.yxy * shell(p + k.yxy * e) + k.xxx * shell(p + k.xxx * e));
}

// Where a ray that went in through a pane ends: 0 at a seat or the inner side of the body, 1 where it leaves through another pane.
float throughCabin(vec3 o, vec3 d, out vec3 q) {
  float s = 0.006;
  for (int i = 0; i < 140; i++) {
    q = o + d * s;
    float inside = -shell(q);
    float seat = cabin(q);
    if (seat < 0.001) return 0.0;
    if (inside < 0.001) {
      if (s < 0.03) { s += 0.006; continue; }
      return subjectMat(q, shellNormal(q)).pane ? 1.0 : 0.0;
    }
    s += 0.8 * min(inside, seat);
  }
  return 0.0;
}

float mirrored(vec3 d, vec3 n) { return min(1.0, 1.7 * schlick(abs(dot(d, n)), 0.045)); }

// The share of the light from beyond the car that comes through to the lens; q: where it comes in.
float openness(vec3 p, vec3 d, vec3 n, out vec3 q) {
  if (throughCabin(p, d, q) < 0.5) return 0.0;
  return (1.0 - mirrored(d, n)) * uPane * (1.0 - mirrored(d, shellNormal(q))) * uPane;
}

vec3 shadePane(vec3 p, vec3 d, vec3 n) {
  float t;
  float f = mirrored(d, n);
  vec3 sum = f * glimpse(p + n * 0.002, reflect(d, n), true, t);
  vec3 q;
  float open = openness(p, d, n, q);
  if (open <= 0.0) return sum + (1.0 - f) * uPane * cabinLight(q);
  if (uClosed > 0.5) return sum;
  vec3 rn;
  int id;
  vec3 o = q + d * 0.01;
  vec3 r = o + d * room(o, d, rn, id);
  Mat m = roomMat(r, rn, id);
  return sum + open * (m.emit + m.albedo * (AMBIENT * (0.75 + 0.25 * rn.y) + incident(r, rn)));
}
#endif

void main() {
  vec2 pixel = floor(gl_FragCoord.xy) + uOffset;
  pixelSeed = mixed(uint(pixel.x) * 7919u + mixed(uint(pixel.y)));
  vec3 forward = normalize(uTarget - uEye);
  vec3 right = normalize(cross(forward, vec3(0.0, 1.0, 0.0)));
  vec3 up = cross(right, forward);
  float longest = max(uSize.x, uSize.y);
  vec4 sum = vec4(0.0);
  falling = vec4(0.0);
  colour = vec4(0.0);
  facing = vec4(0.0);
  for (int s = 0; s < int(uSamples); s++) {
    sampleIndex = uint(s);
    dimension = 0u;
    // A tent filter, as a sharp lens draws.
    vec2 r = rnd2();
    vec2 jitter = mix(sqrt(2.0 * r) - 1.0, 1.0 - sqrt(2.0 - 2.0 * r), step(0.5, r)) * 0.85;
    vec2 at = (pixel + 0.5 + jitter - 0.5 * uSize) / longest;
    vec3 ray = normalize(forward * uFocal + right * at.x - up * at.y);
    vec2 lens = rnd2();
    float a = 6.2831853 * lens.x;
    vec3 shift = (right * cos(a) + up * sin(a)) * sqrt(lens.y) * uLens;
    vec3 o = uEye + shift;
    vec3 d = normalize(uEye + ray * (uFocus / dot(ray, forward)) - o);
    if (uMatte > 0.5) {
      vec3 n0;
      int id0;
      float t0 = room(o, d, n0, id0);
      float s0 = march(o, d, t0);
      if (s0 < 0.0) continue;
      sum.a += 1.0;
#ifdef PANES
      vec3 p0 = o + d * s0;
      n0 = gradient(p0, 0.0004 + 0.0001 * s0);
      if (!subjectMat(p0, n0).pane) continue;
      vec3 q0;
      sum.g += 1.0;
      sum.r += openness(p0, d, n0, q0);
#endif
      continue;
    }
    vec3 n;
    Mat m;
    float t = trace(o, d, n, m);
    sum.a += hitSubject ? 1.0 : 0.0;
    vec3 p = o + d * t;
    vec3 fell = vec3(0.0);
#ifdef PANES
    vec3 c = m.pane ? shadePane(p, d, n) : m.glass ? shadeGlass(p, d, n, m) : shade(p, d, n, m, fell);
#else
    vec3 c = m.glass ? shadeGlass(p, d, n, m) : shade(p, d, n, m, fell);
#endif
    if (m.glass || m.pane) m.albedo = vec3(0.0);
    // Fireflies would survive so few samples.
    sum.rgb += min(c, vec3(6.0));
    falling += vec4(min(fell, vec3(12.0)), t);
    colour.rgb += m.albedo;
    facing.xyz += n;
  }
  light = sum / uSamples;
  falling /= uSamples;
  colour /= uSamples;
  facing /= uSamples;
}
