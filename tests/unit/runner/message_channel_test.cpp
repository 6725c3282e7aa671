#include "runner/lifecycle/message_channel.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sutap;

TEST_CASE("messages come as they were sent, with their descriptor") {
    const auto [ours, theirs] = make_message_channel();
    const std::string text("a\0b", 3);
    REQUIRE(send_message(ours, {Message::Kind::value, 0xfffffffe, text, {}}));
    REQUIRE(send_message(
        ours, {Message::Kind::switched, 0, {}, Descriptor(open("/dev/null", O_WRONLY))}));
    const auto first = receive_message(theirs);
    REQUIRE(first);
    CHECK(first->kind == Message::Kind::value);
    CHECK(first->number == 0xfffffffe);
    CHECK(first->text == text);
    CHECK_FALSE(first->descriptor);
    const auto second = receive_message(theirs);
    REQUIRE(second);
    CHECK(second->kind == Message::Kind::switched);
    REQUIRE(second->descriptor);
    CHECK(write(second->descriptor.get(), "x", 1) == 1);
    CHECK((fcntl(second->descriptor.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("the largest message fits, and a larger one is cut") {
    const auto [ours, theirs] = make_message_channel();
    REQUIRE(send_message(ours, {Message::Kind::written, 1, std::string(200000, 'x'), {}}));
    const auto message = receive_message(theirs);
    REQUIRE(message);
    CHECK(message->text.size() == largest_message - 5);
}

TEST_CASE("the end of the other side is no message") {
    auto [ours, theirs] = make_message_channel();
    REQUIRE(send_message(ours, {Message::Kind::command, 0, "last", {}}));
    ours.reset();
    CHECK(receive_message(theirs)->text == "last");
    CHECK_FALSE(receive_message(theirs));
    CHECK(errno == 0);
    CHECK_FALSE(send_message(theirs, {Message::Kind::ready, 0, {}, {}}));
}
