// An easy chair of oak and wool.
uniform vec3 uWool;
uniform vec3 uOak;
const vec3 LOW = vec3(-0.42, -0.001, -0.52);
const vec3 HIGH = vec3(0.42, 0.95, 0.46);
#define STRIDE 0.88
#define GLASS_SHADOW vec3(0.0)

vec3 tilted(vec3 p, vec3 c, float a) { p -= c; p.yz = turn(a) * p.yz; return p; }

// A cushion: a box that is fuller in the middle, with a seam around it.
float cushion(vec3 p, vec3 b, float r, float full) {
  vec2 u = clamp(p.xz / b.xz, -1.0, 1.0);
  float swell = full * (1.0 - u.x * u.x) * (1.0 - u.y * u.y);
  float d = roundBox(p, vec3(b.x, b.y + swell, b.z), r);
  float seam = length(vec2(roundBox(vec3(p.x, 0.0, p.z), vec3(b.x, 1.0, b.z), r), p.y)) - 0.007;
  return smin(d, seam, 0.006) * 0.92;
}

float wool(vec3 p) {
  float seat = cushion(tilted(p, vec3(0.0, 0.405, 0.02), 0.10), vec3(0.285, 0.055, 0.30), 0.05, 0.022);
  vec3 q = tilted(p, vec3(0.0, 0.665, -0.29), -0.30);
  float back = cushion(q.xzy, vec3(0.275, 0.05, 0.245), 0.048, 0.03);
  // The pressed-in buttons.
  vec2 g = abs(q.xy - vec2(0.0, 0.03)) - vec2(0.12, 0.08);
  back += 0.016 * exp(-dot(g, g) * 900.0);
  return min(seat, back);
}

float oak(vec3 p) {
  vec3 q = vec3(abs(p.x), p.yz);
  float front = capsule(q, vec3(0.345, 0.012, 0.35), vec3(0.33, 0.575, 0.29), 0.016, 0.021);
  float rear = capsule(q, vec3(0.335, 0.012, -0.45), vec3(0.33, 0.50, -0.26), 0.015, 0.022);
  float post = capsule(q, vec3(0.315, 0.36, -0.20), vec3(0.29, 0.885, -0.40), 0.017, 0.014);
  float arm = roundBox(tilted(q, vec3(0.335, 0.59, 0.02), 0.05), vec3(0.034 + 0.012 * smoothstep(-0.2, 0.3, q.z), 0.012, 0.34), 0.012);
  float rail = roundBox(tilted(q, vec3(0.325, 0.335, 0.02), 0.10), vec3(0.012, 0.028, 0.33), 0.008);
  float cross1 = roundBox(p - vec3(0.0, 0.345, 0.315), vec3(0.325, 0.026, 0.012), 0.008);
  float cross2 = roundBox(p - vec3(0.0, 0.31, -0.26), vec3(0.325, 0.026, 0.012), 0.008);
  float top = roundBox(tilted(p, vec3(0.0, 0.885, -0.40), -0.30), vec3(0.30, 0.026, 0.012), 0.01);
  float slats = min(top, roundBox(tilted(p, vec3(0.0, 0.52, -0.285), -0.30), vec3(0.30, 0.02, 0.01), 0.008));
  return min(min(smin(min(front, rear), arm, 0.022), min(post, rail)), min(min(cross1, cross2), slats));
}

float subject(vec3 p) { return min(wool(p), oak(p)); }

Mat subjectMat(vec3 p, vec3 n) {
  if (wool(p) < oak(p)) {
    // A coarse weave, a little fuzzy.
    vec3 s = p * 420.0;
    float weave = 0.5 + 0.25 * sin(s.x + 1.4 * sin(s.y)) + 0.25 * sin(s.y + s.z);
    float fuzz = fractal(p * 160.0, 3);
    return glossy(uWool * (0.62 + 0.32 * weave + 0.4 * fuzz), 0.012, 0.6);
  }
  vec3 c = plank(abs(n.x) > 0.6 ? p.yxz : p.xyz, uOak * 0.62, uOak * 1.25, 0.0);
  return glossy(c, 0.05, 0.3);
}
