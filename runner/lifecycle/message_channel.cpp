#include "runner/lifecycle/message_channel.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

#include "runner/limits.h"

namespace sutap {

namespace {

constexpr std::size_t head_size = 1 + sizeof(std::uint32_t);

union ControlSpace {
    cmsghdr alignment;
    char bytes[CMSG_SPACE(sizeof(int))];
};

}  // namespace

std::pair<Descriptor, Descriptor> make_message_channel() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw RequestError{std::string("sutap-runner: cannot make a socket: ") +
                           strerrordesc_np(errno) + "\n"};
    }
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

bool send_message(const Descriptor& socket, const Message& message) {
    std::array<char, head_size> head{};
    head[0] = static_cast<char>(message.kind);
    memcpy(head.data() + 1, &message.number, sizeof message.number);
    std::string text = message.text.substr(0, largest_message - head_size);
    std::array<iovec, 2> parts{iovec{head.data(), head.size()}, iovec{text.data(), text.size()}};
    msghdr packet{};
    packet.msg_iov = parts.data();
    packet.msg_iovlen = parts.size();
    ControlSpace control{};
    if (message.descriptor) {
        packet.msg_control = control.bytes;
        packet.msg_controllen = sizeof control.bytes;
        cmsghdr* const header = CMSG_FIRSTHDR(&packet);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        const int number = message.descriptor.get();
        memcpy(CMSG_DATA(header), &number, sizeof number);
    }
    ssize_t sent = 0;
    do {
        sent = sendmsg(socket.get(), &packet, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

std::optional<Message> receive_message(const Descriptor& socket) {
    std::string bytes(largest_message, '\0');
    iovec part{bytes.data(), bytes.size()};
    ControlSpace control{};
    msghdr packet{};
    packet.msg_iov = &part;
    packet.msg_iovlen = 1;
    packet.msg_control = control.bytes;
    packet.msg_controllen = sizeof control.bytes;
    ssize_t size = 0;
    do {
        size = recvmsg(socket.get(), &packet, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size < static_cast<ssize_t>(head_size)) {
        errno = size < 0 ? errno : 0;
        return std::nullopt;
    }
    Message message;
    message.kind = static_cast<Message::Kind>(bytes[0]);
    memcpy(&message.number, bytes.data() + 1, sizeof message.number);
    message.text = bytes.substr(head_size, static_cast<std::size_t>(size) - head_size);
    const cmsghdr* const header = CMSG_FIRSTHDR(&packet);
    if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int))) {
        int number = -1;
        memcpy(&number, CMSG_DATA(header), sizeof number);
        message.descriptor = Descriptor(number);
    }
    return message;
}

}  // namespace sutap
