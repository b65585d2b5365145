// A mannequin's head with neck and shoulders on a stand. Its hair is drawn afterwards, strand by strand (strands.ts).
const vec3 LOW = vec3(-0.24, -0.001, -0.16);
const vec3 HIGH = vec3(0.24, 0.56, 0.17);
#define STRIDE 0.85
#define GLASS_SHADOW vec3(0.0)

float egg(vec3 p, vec3 r) { float k = length(p / r); return (k - 1.0) * min(r.x, min(r.y, r.z)); }

float face(vec3 p) {
  // The skull, a narrower jaw, a nose, brows and lips that are only hinted at.
  float d = egg(p - vec3(0.0, 0.42, -0.005), vec3(0.076, 0.098, 0.093));
  d = smin(d, egg(p - vec3(0.0, 0.365, 0.026), vec3(0.052, 0.072, 0.062)), 0.045);
  vec3 q = vec3(abs(p.x), p.yz);
  d = smin(d, capsule(p, vec3(0.0, 0.415, 0.088), vec3(0.0, 0.374, 0.101), 0.006, 0.0105), 0.016);
  d = smax(d, -(length((q - vec3(0.031, 0.408, 0.099)) * vec3(0.8, 1.3, 1.0)) - 0.017), 0.02);
  d = smin(d, egg(q - vec3(0.031, 0.406, 0.073), vec3(0.016, 0.012, 0.013)), 0.006);
  d = smin(d, egg(p - vec3(0.0, 0.344, 0.085), vec3(0.019, 0.006, 0.009)), 0.005);
  d = smin(d, egg(p - vec3(0.0, 0.335, 0.084), vec3(0.016, 0.006, 0.009)), 0.003);
  d = smin(d, egg(p - vec3(0.0, 0.31, 0.07), vec3(0.02, 0.016, 0.016)), 0.02);
  return d;
}

// What hides the scalp: as dark as the hair over it.
float scalp(vec3 p) {
  float d = egg(p - vec3(0.0, 0.425, -0.01), vec3(0.082, 0.1, 0.096));
  return smax(d, 0.06 * (p.z - 0.045) / 0.1 - 0.6 * (p.y - 0.452) + 0.01, 0.006);
}

float body(vec3 p) {
  vec3 q = vec3(abs(p.x), p.yz);
  float neck = capsule(p, vec3(0.0, 0.34, -0.01), vec3(0.0, 0.2, -0.03), 0.05, 0.056);
  float shoulders = capsule(q, vec3(0.0, 0.16, -0.03), vec3(0.155, 0.125, -0.03), 0.075, 0.06);
  float chest = egg(p - vec3(0.0, 0.09, -0.005), vec3(0.17, 0.14, 0.095));
  float d = smin(smin(neck, shoulders, 0.08), chest, 0.05);
  d = smax(d, 0.045 - p.y + 0.2 * p.x * p.x, 0.02);
  return d;
}

float stand(vec3 p) {
  float foot = max(length(p.xz + vec2(0.0, 0.01)) - 0.085, abs(p.y - 0.008) - 0.008);
  return min(foot, capsule(p, vec3(0.0, 0.01, -0.01), vec3(0.0, 0.1, -0.01), 0.018, 0.018));
}

float subject(vec3 p) { return min(min(smin(face(p), body(p), 0.02), scalp(p)), stand(p)); }

Mat subjectMat(vec3 p, vec3 n) {
  if (stand(p) < min(min(face(p), body(p)), scalp(p)) + 0.0005) return glossy(vec3(0.03), 0.2, 0.3);
  if (scalp(p) < face(p) - 0.0004 && scalp(p) < body(p)) return matte(vec3(0.03, 0.016, 0.009));
  float lips = smoothstep(0.0028, 0.0, min(egg(p - vec3(0.0, 0.344, 0.085), vec3(0.019, 0.006, 0.009)), egg(p - vec3(0.0, 0.335, 0.084), vec3(0.016, 0.006, 0.009))));
  vec3 skin = vec3(0.56, 0.37, 0.27) * (0.96 + 0.07 * fractal(p * 60.0, 3));
  vec2 brow = vec2(abs(p.x) - 0.033, p.y - 0.43 + 6.0 * (abs(p.x) - 0.03) * (abs(p.x) - 0.03));
  float dark = smoothstep(0.004, 0.002, abs(brow.y)) * smoothstep(0.02, 0.017, abs(brow.x)) * step(0.05, p.z);
  float lash = smoothstep(0.0024, 0.001, abs(p.y - 0.4 - 3.0 * (abs(p.x) - 0.031) * (abs(p.x) - 0.031))) * smoothstep(0.016, 0.014, abs(abs(p.x) - 0.031)) * step(0.06, p.z);
  // A black top.
  if (p.y < 0.17 + 0.25 * p.x * p.x - 0.25 * max(0.0, p.z) + 0.02 && p.y < 0.3) return glossy(vec3(0.05, 0.055, 0.07) * (0.8 + 0.4 * fractal(p * vec3(300.0, 40.0, 300.0), 2)), 0.01, 0.6);
  vec3 c = mix(mix(skin, vec3(0.45, 0.16, 0.15), 0.8 * lips), vec3(0.05, 0.03, 0.02), max(0.85 * dark, 0.8 * lash));
  return glossy(c, 0.035, 0.35);
}
