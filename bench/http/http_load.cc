// Clients of the HTTP benchmark, on 127.0.0.1 only:
//
//   http_load rate PORT PATH PER_SECOND SECONDS CONNECTIONS   requests at fixed times
//   http_load count PORT PATH REQUESTS CONNECTIONS            requests as fast as they are answered
//   http_load idle PORT PATH CONNECTIONS      one request on each, then silence until stdin ends
//   http_load drip PORT PATH CONNECTIONS      a byte of a request each second until stdin ends
//
// `rate` is an open loop: a request has its time, whether or not the one before was answered, and
// its latency counts from that time. A server that stalls is thus charged for all who would have
// waited. Prints one line of JSON.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

// An answer that takes longer ends the run.
constexpr int kPatienceMs = 10'000;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    Die("connect");
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

std::string RequestText(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

// Counts the bytes of one response; only its head is looked at.
class ResponseReader {
 public:
  // True where the response is whole.
  bool Add(std::string_view bytes) {
    if (!in_body_) {
      head_.append(bytes);
      const std::size_t end = head_.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      if (head_.compare(0, 12, "HTTP/1.1 200") != 0) {
        std::fprintf(stderr, "answered %s\n", head_.substr(0, 60).c_str());
        std::exit(1);
      }
      in_body_ = true;
      missing_ = Length() + end + 4 - head_.size();
      return missing_ == 0;
    }
    missing_ -= std::min(missing_, bytes.size());
    return missing_ == 0;
  }
  void Reset() {
    head_.clear();
    in_body_ = false;
  }

 private:
  std::size_t Length() const {
    for (const char* name : {"Content-Length: ", "content-length: "}) {
      const std::size_t at = head_.find(name);
      if (at != std::string::npos) return std::strtoul(head_.c_str() + at + 16, nullptr, 10);
    }
    return 0;
  }

  std::string head_;
  bool in_body_ = false;
  std::size_t missing_ = 0;
};

struct Connection {
  int fd = -1;
  ResponseReader reader;
  Clock::time_point due;
};

// Sends `total` requests, the i-th not before begin + i * interval, and keeps their latencies.
class Load {
 public:
  Load(int port, const std::string& path, std::size_t connections) : request_(RequestText(path)) {
    poll_ = epoll_create1(EPOLL_CLOEXEC);
    timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    connections_.resize(connections);
    for (std::size_t i = 0; i < connections; ++i) {
      connections_[i].fd = Connect(port);
      fcntl(connections_[i].fd, F_SETFL, O_NONBLOCK);
      Watch(connections_[i].fd, i);
      free_.push_back(i);
    }
    Watch(timer_, connections);
  }

  void Run(std::uint64_t total, nanoseconds interval) {
    begin_ = Clock::now();
    latencies_.reserve(total);
    std::uint64_t sent = 0;
    while (latencies_.size() < total) {
      while (sent < total && !free_.empty() && begin_ + interval * sent <= Clock::now()) {
        Send(begin_ + interval * sent);
        ++sent;
      }
      if (sent < total && !free_.empty()) WakeAt(begin_ + interval * sent);
      Receive();
    }
    taken_ = Clock::now() - begin_;
  }

  void Print() {
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [&](double share) {
      const auto index = static_cast<std::size_t>(share * static_cast<double>(latencies_.size()));
      return latencies_[std::min(index, latencies_.size() - 1)];
    };
    std::printf("{\"requests\":%zu,\"seconds\":%.3f,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}\n",
                latencies_.size(), std::chrono::duration<double>(taken_).count(), at(0.5), at(0.99),
                latencies_.back());
  }

 private:
  void Watch(int fd, std::size_t index) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) != 0) Die("epoll_ctl");
  }

  void Send(Clock::time_point due) {
    Connection& connection = connections_[free_.front()];
    free_.pop_front();
    connection.due = due;
    connection.reader.Reset();
    if (send(connection.fd, request_.data(), request_.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request_.size())) {
      Die("send");
    }
  }

  void WakeAt(Clock::time_point time) {
    const auto wait = std::max(time - Clock::now(), Clock::duration(1));
    itimerspec spec{};
    spec.it_value.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(wait).count();
    spec.it_value.tv_nsec = (nanoseconds(wait) % std::chrono::seconds(1)).count();
    timerfd_settime(timer_, 0, &spec, nullptr);
  }

  void Receive() {
    std::array<epoll_event, 64> events;
    const int count =
        epoll_wait(poll_, events.data(), static_cast<int>(events.size()), kPatienceMs);
    if (count <= 0) {
      std::fprintf(stderr, "no answer within %d ms\n", kPatienceMs);
      std::exit(1);
    }
    for (int i = 0; i < count; ++i) {
      const std::size_t index = events[static_cast<std::size_t>(i)].data.u64;
      if (index == connections_.size()) {
        std::uint64_t times = 0;
        if (read(timer_, &times, sizeof(times)) < 0 && errno != EAGAIN) Die("read");
      } else {
        Read(index);
      }
    }
  }

  void Read(std::size_t index) {
    Connection& connection = connections_[index];
    const ssize_t count = recv(connection.fd, buffer_.data(), buffer_.size(), 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) Die("recv");
    if (!connection.reader.Add({buffer_.data(), static_cast<std::size_t>(count)})) return;
    const std::chrono::duration<double, std::milli> taken = Clock::now() - connection.due;
    latencies_.push_back(taken.count());
    free_.push_back(index);
  }

  std::string request_;
  int poll_ = -1;
  int timer_ = -1;
  std::vector<Connection> connections_;
  std::deque<std::size_t> free_;
  std::vector<double> latencies_;  // milliseconds
  std::vector<char> buffer_ = std::vector<char>(1 << 18);
  Clock::time_point begin_;
  Clock::duration taken_{};
};

void RaiseFileLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void AnswerOnce(int fd, const std::string& request) {
  std::array<char, 65536> buffer;
  ResponseReader reader;
  if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) Die("send");
  while (true) {
    const ssize_t count = recv(fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) Die("recv");
    if (reader.Add({buffer.data(), static_cast<std::size_t>(count)})) return;
  }
}

// Holds connections until stdin ends; each drips a byte of a request every second, or is silent.
void Hold(int port, const std::string& path, std::size_t count, bool drip) {
  RaiseFileLimit();
  const std::string request = RequestText(path);
  std::vector<int> fds;
  for (std::size_t i = 0; i < count; ++i) {
    fds.push_back(Connect(port));
    if (!drip) AnswerOnce(fds.back(), request);
  }
  std::printf("{\"held\":%zu}\n", fds.size());
  std::fflush(stdout);
  pollfd input{STDIN_FILENO, POLLIN, 0};
  for (std::size_t turn = 0; poll(&input, 1, 1000) == 0; ++turn) {
    if (!drip || turn + 1 >= request.size()) continue;
    for (const int fd : fds) send(fd, request.data() + turn, 1, MSG_NOSIGNAL);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto number = [&](std::size_t i) {
    return i < arguments.size() ? std::strtoul(arguments[i].c_str(), nullptr, 10) : 0;
  };
  if (arguments.size() < 4) {
    std::fprintf(stderr, "usage: see the head of http_load.cc\n");
    return 2;
  }
  const std::string& mode = arguments[0];
  const int port = static_cast<int>(number(1));
  if (mode == "rate" && arguments.size() == 6) {
    Load load(port, arguments[2], number(5));
    load.Run(number(3) * number(4), nanoseconds(1'000'000'000 / number(3)));
    load.Print();
  } else if (mode == "count" && arguments.size() == 5) {
    Load load(port, arguments[2], number(4));
    load.Run(number(3), nanoseconds(0));
    load.Print();
  } else {
    Hold(port, arguments[2], number(3), mode == "drip");
  }
  return 0;
}
