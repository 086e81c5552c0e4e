#include "CSHA256.h"

#include <stdbool.h>
#include <string.h>

enum { block_size = 64, length_size = 8, rounds = 64 };

/// Takes whole blocks into a hash that is being made.
typedef void compression(uint32_t state[8], const uint8_t *block, size_t count);

static const uint32_t constants[rounds] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// MARK: Any processor

static uint32_t word(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t turned(uint32_t word, int count) { return word >> count | word << (32 - count); }

static void compress_plainly(uint32_t state[8], const uint8_t *block, size_t count) {
  for (; count > 0; count--, block += block_size) {
    uint32_t words[rounds];
    for (int place = 0; place < 16; place++) words[place] = word(block + 4 * place);
    for (int place = 16; place < rounds; place++) {
      uint32_t first = words[place - 15], second = words[place - 2];
      words[place] = words[place - 16] + (turned(first, 7) ^ turned(first, 18) ^ first >> 3) +
                     words[place - 7] + (turned(second, 17) ^ turned(second, 19) ^ second >> 10);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int place = 0; place < rounds; place++) {
      uint32_t one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) +
                     constants[place] + words[place];
      uint32_t two =
          (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + one;
      d = c, c = b, b = a, a = one + two;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}

// MARK: Processors with instructions for it

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>

/// Four rounds at a time; the instructions want the variables in two fours, A, B, E, F and
/// C, D, G, H, the first of them highest.
__attribute__((target("sha,sse4.1,ssse3"))) static void compress_by_instructions(
    uint32_t state[8], const uint8_t *block, size_t count) {
  const __m128i turn_words = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abef = _mm_set_epi32((int)state[0], (int)state[1], (int)state[4], (int)state[5]);
  __m128i cdgh = _mm_set_epi32((int)state[2], (int)state[3], (int)state[6], (int)state[7]);
  for (; count > 0; count--, block += block_size) {
    __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i words[4];
#pragma clang loop unroll(full)
    for (int four = 0; four < rounds / 4; four++) {
      __m128i *now = &words[four % 4];
      if (four < 4) {
        __m128i read = _mm_loadu_si128((const __m128i *)block + four);
        *now = _mm_shuffle_epi8(read, turn_words);
      } else {
        __m128i next = words[(four + 1) % 4];
        __m128i two = words[(four + 2) % 4], last = words[(four + 3) % 4];
        __m128i seven_before = _mm_alignr_epi8(last, two, 4);
        __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*now, next), seven_before);
        *now = _mm_sha256msg2_epu32(sum, last);
      }
      __m128i constant = _mm_loadu_si128((const __m128i *)constants + four);
      __m128i input = _mm_add_epi32(*now, constant);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, input);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_unpackhi_epi64(input, input));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  uint32_t feba[4], hgdc[4];
  _mm_storeu_si128((__m128i *)feba, abef);
  _mm_storeu_si128((__m128i *)hgdc, cdgh);
  state[0] = feba[3], state[1] = feba[2], state[2] = hgdc[3], state[3] = hgdc[2];
  state[4] = feba[1], state[5] = feba[0], state[6] = hgdc[1], state[7] = hgdc[0];
}

static bool has_instructions(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/// The processor is asked once: where it is a virtual one, each answer takes longer than a hash.
static compression *best_compression(void) {
  static compression *_Atomic best;
  compression *known = atomic_load_explicit(&best, memory_order_relaxed);
  if (known == NULL) {
    known = has_instructions() ? compress_by_instructions : compress_plainly;
    atomic_store_explicit(&best, known, memory_order_relaxed);
  }
  return known;
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_SHA2)

#include <arm_neon.h>

/// Four rounds at a time.
static void compress_by_instructions(uint32_t state[8], const uint8_t *block, size_t count) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  for (; count > 0; count--, block += block_size) {
    uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t words[4];
#pragma clang loop unroll(full)
    for (int four = 0; four < rounds / 4; four++) {
      uint32x4_t *now = &words[four % 4];
      if (four < 4) {
        *now = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(block + 16 * four)));
      } else {
        uint32x4_t next = words[(four + 1) % 4];
        uint32x4_t two = words[(four + 2) % 4], last = words[(four + 3) % 4];
        *now = vsha256su1q_u32(vsha256su0q_u32(*now, next), two, last);
      }
      uint32x4_t input = vaddq_u32(*now, vld1q_u32(constants + 4 * four));
      uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, input);
      efgh = vsha256h2q_u32(efgh, abcd_now, input);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

static compression *best_compression(void) { return compress_by_instructions; }

#else

static compression *best_compression(void) { return compress_plainly; }

#endif

// MARK: Hashing

static void write_word(uint8_t *bytes, uint32_t word) {
  for (int place = 0; place < 4; place++) bytes[place] = (uint8_t)(word >> (24 - 8 * place));
}

/// After the whole blocks come the rest, a one, zeros and the length in bits: one block or two.
static void hash_by(compression compress, const uint8_t *bytes, size_t count, uint8_t *hash) {
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  size_t rest = count % block_size;
  compress(state, bytes, count / block_size);
  uint8_t last[2 * block_size] = {0};
  size_t size = rest + 1 + length_size <= block_size ? block_size : 2 * block_size;
  if (rest > 0) memcpy(last, bytes + (count - rest), rest);
  last[rest] = 0x80;
  uint64_t bits = (uint64_t)count * 8;
  write_word(last + size - length_size, (uint32_t)(bits >> 32));
  write_word(last + size - length_size / 2, (uint32_t)bits);
  compress(state, last, size / block_size);
  for (int place = 0; place < 8; place++) write_word(hash + 4 * place, state[place]);
}

void crmkit_sha256(const void *bytes, size_t count, uint8_t *hash) {
  hash_by(best_compression(), bytes, count, hash);
}

void crmkit_sha256_plain(const void *bytes, size_t count, uint8_t *hash) {
  hash_by(compress_plainly, bytes, count, hash);
}
