#ifndef CSHA256_H
#define CSHA256_H

#include <stddef.h>
#include <stdint.h>

/// Hashes bytes with SHA-256, by the instructions that the processor has for it.
///
/// Where it has none, or they are not known here, it does what ``crmkit_sha256_plain`` does. The
/// hash is the same either way.
///
/// Source: NIST, FIPS 180-4, *Secure Hash Standard*, 2015, section 6.2.
///
/// - Parameters:
///   - bytes: What to hash; may be null where `count` is 0.
///   - count: How many bytes there are.
///   - hash: Room for the hash, 32 bytes.
void crmkit_sha256(const void *bytes, size_t count, uint8_t *hash);

/// Hashes bytes with SHA-256 by additions and shifts alone, as any processor can.
///
/// ``crmkit_sha256`` is several times as fast; this is what tests hold against it.
void crmkit_sha256_plain(const void *bytes, size_t count, uint8_t *hash);

#endif
