"""Random streams of imputation, written from their description alone. Run: python3 program.py > listing.txt

ChaCha with 8 rounds as in RFC 8439 but with a counter and a stream number of 64 bits each (Bernstein's layout).
The key starts as 32 zero bytes; each word of the stream's name is the stream number under the key before it, and the
first 32 bytes of that stream are the next key. Words: seed, imputation number, purpose, length of the subject key, then
the subject key in pieces of 8 bytes, little endian, padded with zeros. Purposes: 0 parameters, 1 imputation, 2 chain,
3 parameters of a chain.
"""
import csv, math, platform, struct, sys
import scipy
from scipy.special import ndtri

MASK = 0xFFFFFFFF


def block(key, counter, stream, rounds=8):
    words = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", key))
    words += [counter & MASK, counter >> 32, stream & MASK, stream >> 32]
    x = words[:]

    def quarter(a, b, c, d):
        for (s, t, u, r) in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[s] = (x[s] + x[t]) & MASK
            x[u] ^= x[s]
            x[u] = ((x[u] << r) | (x[u] >> (32 - r))) & MASK

    for _ in range(rounds // 2):
        for q in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(*q)
    return struct.pack("<16I", *((a + b) & MASK for a, b in zip(x, words)))


class Stream:
    def __init__(self, seed, imputation, purpose, name=b""):
        key = bytes(32)
        padded = name + bytes(-len(name) % 8)
        for word in [seed, imputation, purpose, len(name)] + [w for (w,) in struct.iter_unpack("<Q", padded)]:
            key = block(key, 0, word)[:32]
        self.key, self.counter, self.buffer = key, 0, b""

    def word(self):
        if not self.buffer:
            self.buffer, self.counter = block(self.key, self.counter, 0), self.counter + 1
        value, self.buffer = struct.unpack("<Q", self.buffer[:8])[0], self.buffer[8:]
        return value

    def uniform(self):
        return ((self.word() >> 12) + 0.5) / 2.0**52

    def normal(self):
        return float(ndtri(self.uniform()))

    def normals(self, n):
        return [self.normal() for _ in range(n)]

    def gamma(self, shape):
        if shape < 1:
            larger = self.gamma(shape + 1)
            return larger * math.exp(math.log(self.uniform()) / shape)
        d = shape - 1 / 3
        c = 1 / math.sqrt(9 * d)
        while True:
            z, u = self.normal(), self.uniform()
            v = (1 + c * z) ** 3
            if v > 0 and math.log(u) < z * z / 2 + d - d * v + d * math.log(v):
                return d * v

    def chi_square(self, df):
        return 2 * self.gamma(df / 2)


def write(rows, folder="."):
    with open(f"{folder}/expected.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["case", "options", "key", "value", "tolerance", "source"])
        out.writerows([c, o, k, v if isinstance(v, str) else repr(float(v)), t, s] for c, o, k, v, t, s in rows)
    print(len(rows), "expected values written")
    print("Python", platform.python_version(), "scipy", scipy.__version__)


if __name__ == "__main__":
    # The first block of ChaCha20 (RFC 8439, section 2.3.2) holds the rounds; its nonce of 96 bits is counter and stream here.
    key = bytes(range(32))
    counter = 1 | struct.unpack("<I", bytes.fromhex("00000009"))[0] << 32
    stream = struct.unpack("<Q", bytes.fromhex("0000004a00000000"))[0]
    keystream = block(key, counter, stream, 20)
    assert keystream.hex().startswith("10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"), keystream.hex()
    print("ChaCha20 block of RFC 8439, section 2.3.2:", keystream.hex()[:32])
    source, rows = "program.py", []
    for case, (seed, imputation, purpose, name) in {
        "parameters": (1, 1, "parameters", ""), "chain_parameters": (1, 1, "chain_parameters", ""),
        "subject": (20240607, 3, "imputation", "01-701-1015"), "chain": (20240607, 3, "chain", "01-701-1015"),
        "eight_bytes": (7, 1, "imputation", "AB-00012"), "no_key": (7, 1, "imputation", ""), "accent": (7, 1, "imputation", "Zoë/003"),
        "largest_seed": (2**64 - 1, 2**64 - 1, "imputation", "x"), "zero": (0, 0, "parameters", ""),
    }.items():
        options = f"seed={seed};imputation={imputation};purpose={purpose};name={name}"
        number = ["parameters", "imputation", "chain", "chain_parameters"].index(purpose)
        make = lambda: Stream(seed, imputation, number, name.encode())
        s = make()
        for i in range(12):
            rows.append((case, options, f"normal_{i}", s.normal(), 1e-13, source))
        s = make()
        uniforms = [s.uniform() for _ in range(200)]
        for i in (0, 7, 8, 199):
            rows.append((case, options, f"uniform_{i}", uniforms[i], 0, source))
        for df in (0.5, 1, 2, 3.7, 40, 1e5):
            s = make()
            values = [s.chi_square(df) for _ in range(20)]
            for i in (0, 19):
                rows.append((case, options, f"chi_square:{df}_{i}", values[i], 1e-12, source))
    rows.append(("zero", "seed=0;imputation=0;purpose=parameters;name=", "chi_square:0_0", "NE(InvalidArgument)", 0, "definition"))
    write(rows)
