// SPDX-License-Identifier: MIT
#include "rules/http_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <utility>

namespace packwire::rules {

namespace asio = bus::asio;

namespace {

using Descriptor = asio::posix::stream_descriptor;

/// Once a process, and never undone: other users of libcurl may come.
void init_curl() {
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
}

/// One request under way. Destroyed after it left the multi handle.
struct Transfer {
    HttpCall call;
    HttpClient::Done done;
    CURL* easy = nullptr;
    curl_slist* headers = nullptr;
    std::array<char, CURL_ERROR_SIZE> words{};

    Transfer(HttpCall what, HttpClient::Done then)
        : call(std::move(what)), done(std::move(then)), easy(curl_easy_init()) {}
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer() {
        curl_slist_free_all(headers);
        curl_easy_cleanup(easy);
    }
};

std::size_t swallow(char* /*data*/, std::size_t size, std::size_t count, void* /*self*/) {
    return size * count;
}

void set_up(Transfer& transfer) {
    auto* easy = transfer.easy;
    const auto& call = transfer.call;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(call.timeout).count();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.words.data());
    curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "packwire");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(ms));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);  // plugs close connections as they like
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &swallow);
    for (const auto& header : call.headers)
        transfer.headers = curl_slist_append(transfer.headers, header.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
    if (!call.body.empty() || call.method == "POST") {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.c_str());
    }
    if (call.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (call.method != "GET" && call.method != "HEAD")
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    if (call.user.empty()) return;
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    curl_easy_setopt(easy, CURLOPT_USERNAME, call.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, call.password.c_str());
}

/// Without what follows the path: tokens stand there, and logs are read by others.
std::string_view shown(std::string_view url) {
    return url.substr(0, url.find_first_of("?#"));
}

Result<void> outcome(const Transfer& transfer, CURLcode code) {
    constexpr long good_from = 200;
    constexpr long bad_from = 300;
    const auto url = shown(transfer.call.url);
    if (code == CURLE_OPERATION_TIMEDOUT) {
        return fail(Errc::timeout, fmt::format("{}: no answer within {:.1f} s", url,
                                               std::chrono::duration<double>(transfer.call.timeout).count()));
    }
    if (code != CURLE_OK) {
        const std::string_view words = transfer.words.data();
        return fail(Errc::io, fmt::format("{}: {}", url, words.empty() ? curl_easy_strerror(code) : words));
    }
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < good_from || status >= bad_from)
        return fail(Errc::io, fmt::format("{}: HTTP {}", url, status));
    return {};
}

/// A socket of libcurl's, which only borrows it to the loop: closing it is not ours.
struct Watch {
    Descriptor socket;
    int wanted = 0;  ///< CURL_POLL_…
    bool reading = false;
    bool writing = false;
    bool live = true;

    Watch(const asio::any_io_executor& executor, curl_socket_t fd) : socket(executor, fd) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { let_go(); }
    void let_go() {
        live = false;
        if (socket.is_open()) socket.release();
    }
};

}  // namespace

/// Between libcurl's "tell me when this socket or this time is due" and the loop. Handlers of the loop hold
/// what they touch and look whether it is still wanted.
class HttpClient::Impl {
public:
    explicit Impl(asio::any_io_executor executor)
        : executor_(std::move(executor)), timer_(executor_), live_(std::make_shared<bool>(true)) {
        init_curl();
        multi_ = curl_multi_init();
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        *live_ = false;
        for (auto& [fd, watch] : watches_) watch->let_go();
        for (auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_, easy);
        curl_multi_cleanup(multi_);
    }

    void send(HttpCall call, Done done) {
        auto transfer = std::make_unique<Transfer>(std::move(call), std::move(done));
        set_up(*transfer);
        auto* easy = transfer->easy;
        transfers_.emplace(easy, std::move(transfer));
        curl_multi_add_handle(multi_, easy);  // asks for the timer, which begins it
    }

private:
    static int on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* /*own*/) {
        static_cast<Impl*>(self)->watch(fd, what);
        return 0;
    }
    static int on_timer(CURLM* /*multi*/, long ms, void* self) {
        static_cast<Impl*>(self)->set_timer(ms);
        return 0;
    }

    void set_timer(long ms) {
        if (ms < 0) {
            timer_.cancel();
            return;
        }
        timer_.expires_after(std::chrono::milliseconds(ms));
        timer_.async_wait([this, live = live_](const boost::system::error_code& error) {
            if (!error && *live) act(CURL_SOCKET_TIMEOUT, 0);
        });
    }

    void watch(curl_socket_t fd, int what) {
        auto& watch = watches_[fd];
        if (what == CURL_POLL_REMOVE) {
            if (watch) watch->let_go();
            watches_.erase(fd);
            return;
        }
        if (!watch) watch = std::make_shared<Watch>(executor_, fd);
        watch->wanted = what;
        arm(fd, watch);
    }

    void arm(curl_socket_t fd, const std::shared_ptr<Watch>& watch) {
        if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) {
            watch->reading = true;
            wait(fd, watch, Descriptor::wait_read, CURL_CSELECT_IN, &Watch::reading);
        }
        if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) {
            watch->writing = true;
            wait(fd, watch, Descriptor::wait_write, CURL_CSELECT_OUT, &Watch::writing);
        }
    }

    void wait(curl_socket_t fd, const std::shared_ptr<Watch>& watch, Descriptor::wait_type what, int event,
              bool Watch::* waiting) {
        watch->socket.async_wait(what,
                                 [this, fd, watch, event, waiting](const boost::system::error_code& error) {
                                     (*watch).*waiting = false;
                                     if (!watch->live) return;  // and so, perhaps, is not *this
                                     act(fd, error ? CURL_CSELECT_ERR : event);
                                     if (watch->live) arm(fd, watch);
                                 });
    }

    void act(curl_socket_t fd, int events) {
        int running = 0;
        curl_multi_socket_action(multi_, fd, events, &running);
        int left = 0;
        while (const auto* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
        }
    }

    void finish(CURL* easy, CURLcode code) {
        const auto found = transfers_.find(easy);
        if (found == transfers_.end()) return;
        auto transfer = std::move(found->second);
        transfers_.erase(found);
        const auto result = outcome(*transfer, code);
        curl_multi_remove_handle(multi_, easy);
        asio::post(executor_, [done = std::move(transfer->done), result] { done(result); });
    }

    asio::any_io_executor executor_;
    asio::steady_timer timer_;
    CURLM* multi_ = nullptr;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
    std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
    std::shared_ptr<bool> live_;
};

HttpClient::HttpClient(asio::any_io_executor executor) : impl_(std::make_unique<Impl>(std::move(executor))) {}
HttpClient::~HttpClient() = default;

void HttpClient::send(HttpCall call, Done done) {
    impl_->send(std::move(call), std::move(done));
}

}  // namespace packwire::rules
