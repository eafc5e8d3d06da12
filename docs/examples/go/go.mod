// SPDX-License-Identifier: 0BSD
module example.org/adapter

go 1.19
