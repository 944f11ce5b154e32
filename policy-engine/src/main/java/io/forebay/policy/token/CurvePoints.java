package io.forebay.policy.token;

import java.math.BigInteger;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.security.spec.EdECPoint;
import java.security.spec.EllipticCurve;

/// The little geometry that reading public keys needs.
final class CurvePoints {

    private CurvePoints() {}

    /// Whether y^2 = x^3 + ax + b holds with both coordinates in the field.
    static boolean isOnCurve(ECPoint point, EllipticCurve curve) {
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB());
        return y.pow(2).subtract(right).mod(p).signum() == 0;
    }

    /// RFC 8032 section 5.1.2: y in little-endian order, the top bit being the parity of x.
    static EdECPoint ed25519(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < littleEndian.length; i++) {
            bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
        }
        boolean isXOdd = (bigEndian[0] & 0x80) != 0;
        bigEndian[0] &= 0x7f;
        return new EdECPoint(isXOdd, new BigInteger(1, bigEndian));
    }
}
