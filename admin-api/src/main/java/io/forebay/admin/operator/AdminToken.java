package io.forebay.admin.operator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one secret that makes a caller an operator: 256 random bits, made at the first start and kept in `admin.token`
/// in the data folder, readable by the owner alone. In memory only its SHA-256 stays, and presented tokens are
/// compared with that in constant time. Any thread.
public final class AdminToken {
    public static final String FILE_NAME = "admin.token";

    private static final int RANDOM_BYTES = 32;
    private static final int TOKEN_CHARACTERS_MIN = 32;
    private static final int TOKEN_CHARACTERS_MAX = 512;
    private static final String SCHEME = "bearer ";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final byte[] digest;

    private AdminToken(String token) {
        this.digest = sha256(token);
    }

    /// What the Authorization field of a call holds.
    public enum Presented {
        NOTHING,
        WRONG,
        RIGHT
    }

    /// The token of this data folder, made now if there is none.
    ///
    /// @throws IOException if it cannot be read or written, can be read by others, or is too short to be safe
    public static AdminToken open(Path dataFolder, SecureRandom random) throws IOException {
        Path file = dataFolder.resolve(FILE_NAME);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            create(file, random);
        }
        requireOwnerOnly(file);
        return new AdminToken(read(file));
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > TOKEN_CHARACTERS_MAX) {
            throw new IOException(file + " is longer than " + TOKEN_CHARACTERS_MAX + " bytes");
        }
        String token = Files.readString(file, StandardCharsets.US_ASCII).strip();
        if (token.length() < TOKEN_CHARACTERS_MIN) {
            throw new IOException(file + " holds fewer than " + TOKEN_CHARACTERS_MIN
                    + " characters; remove it and a new token is made at the next start");
        }
        return token;
    }

    private static void requireOwnerOnly(Path file) throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException(file + " has more permissions than its owner's reading and writing ("
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + "): chmod 600");
        }
    }

    /// Written beside and renamed, so that a crash leaves either no token or a whole one.
    private static void create(Path file, SecureRandom random) throws IOException {
        byte[] secret = new byte[RANDOM_BYTES];
        random.nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n";
        Path unfinished = file.resolveSibling(FILE_NAME + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = ByteBuffer.wrap(token.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Judges the value of an Authorization field (RFC 6750, section 2.1).
    public Presented judge(@Nullable String authorization) {
        if (authorization == null) {
            return Presented.NOTHING;
        }
        boolean isBearer = authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME);
        String token = isBearer ? authorization.substring(SCHEME.length()).strip() : "";
        return MessageDigest.isEqual(digest, sha256(token)) ? Presented.RIGHT : Presented.WRONG;
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
