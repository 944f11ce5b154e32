import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.BufferedSource;

/// OkHttp: `java -cp JARS OkHttp.java 1.1|2 URL CA-FILE`.
final class OkHttp {
    private static final long LIMIT_SECONDS = 30;

    private final OkHttpClient client;
    private final Protocol protocol;
    private final String base;
    private final AtomicBoolean isBodyBegun = new AtomicBoolean();

    private OkHttp(String version, String base, X509TrustManager trust) throws Exception {
        this.protocol = version.equals("2") ? Protocol.HTTP_2 : Protocol.HTTP_1_1;
        this.base = base;
        this.client = new OkHttpClient.Builder()
                .sslSocketFactory(Cases.tls(trust).getSocketFactory(), trust)
                .protocols(version.equals("2") ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.HTTP_1_1))
                .callTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .readTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .eventListener(new EventListener() {
                    @Override
                    public void requestBodyStart(Call call) {
                        isBodyBegun.set(true);
                    }
                })
                .build();
    }

    public static void main(String[] arguments) throws Exception {
        OkHttp okHttp = new OkHttp(arguments[0], arguments[1], Cases.trust(Path.of(arguments[2])));
        Cases.run("get", okHttp::get);
        Cases.run("post", okHttp::post);
        Cases.run("chunked", okHttp::chunked);
        Cases.run("expect", okHttp::expect);
        Cases.run("redirect", okHttp::redirect);
        Cases.run("streaming", okHttp::streaming);
        okHttp.client.dispatcher().executorService().shutdown();
        okHttp.client.connectionPool().evictAll();
    }

    private Request.Builder to(String path) {
        return new Request.Builder().url(base + path);
    }

    private Response answer(Request request) throws IOException {
        Response answer = client.newCall(request).execute();
        Cases.same("status", 200, answer.code());
        Cases.same("version", protocol, answer.protocol());
        return answer;
    }

    private void get() throws Exception {
        try (Response answer = answer(to("/get?bytes=" + Cases.GET_BYTES).build())) {
            Cases.samePattern(Cases.GET_BYTES, answer.body().bytes());
        }
    }

    private void post() throws Exception {
        RequestBody body = RequestBody.create(Cases.BODY, MediaType.get("text/plain"));
        try (Response answer = answer(to("/post").post(body).build())) {
            Cases.same("received", Cases.received("length"), answer.body().string());
        }
    }

    private void chunked() throws Exception {
        RequestBody body = new RequestBody() {
            @Override
            public MediaType contentType() {
                return MediaType.get("text/plain");
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                for (int i = 0; i < Cases.PIECES; i++) {
                    sink.write(Cases.BODY, i * Cases.PIECE_BYTES, Cases.PIECE_BYTES);
                    sink.flush();
                }
            }
        };
        try (Response answer = answer(to("/post").post(body).build())) {
            Cases.same("received", Cases.received("chunked"), answer.body().string());
        }
    }

    /// The body is sent only after a 100; without one the answer would come first, and the body never.
    private void expect() throws Exception {
        isBodyBegun.set(false);
        RequestBody body = RequestBody.create(Cases.BODY, MediaType.get("text/plain"));
        Request request = to("/post").header("Expect", "100-continue").post(body).build();
        try (Response answer = answer(request)) {
            Cases.same("received", Cases.received("length"), answer.body().string());
            Cases.same("body sent after 100", true, isBodyBegun.get());
        }
    }

    private void redirect() throws Exception {
        try (Response answer = answer(to("/redirect").build())) {
            Cases.samePattern(1_000, answer.body().bytes());
        }
    }

    private void streaming() throws Exception {
        String run = "okhttp-" + protocol;
        List<String> events = new ArrayList<>();
        try (Response answer = answer(to("/events?run=" + run).build())) {
            BufferedSource source = answer.body().source();
            for (String line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
                if (line.startsWith("data: ")) {
                    String event = line.substring("data: ".length());
                    events.add(event);
                    answer(to("/ack?run=" + run + "&event=" + event.split(" ")[0]).build()).close();
                }
            }
        }
        Cases.same("events", Cases.EVENTS, events);
    }
}
